import { isWord, nameOf, tokenize } from './ddl-tokenizer.js';

/** The account that an object belongs to, from its statement as the server shows it. */
export interface Definer {
  readonly user: string;
  /** Empty for a role. */
  readonly host: string;
}

/** Null where the statement names none. */
export function definerOf(ddl: string): Definer | null {
  const tokens = tokenize(ddl);
  const at = tokens.findIndex((token) => isWord(token, 'DEFINER'));
  const [equals, user, sign, host] = tokens.slice(at + 1, at + 5);
  if (at === -1 || equals.text !== '=' || user.kind !== 'name') {
    return null;
  }
  return { user: nameOf(user), host: sign.text === '@' && host.kind === 'name' ? nameOf(host) : '' };
}
