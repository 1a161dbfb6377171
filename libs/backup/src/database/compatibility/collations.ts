import { BackupError } from '../../errors/backup.error.js';
import { isWord, tokenize, type Token } from '../ddl/ddl-tokenizer.js';
import { applyEdits } from '../ddl/edits.js';
import type { Loss, Remedy } from './incompatibility.js';
import { serverName, type ServerFeatures, type SourceServer } from './server-features.js';

/** Collations of a backup and those that take their place. */
export type CollationMap = ReadonlyMap<string, string>;

/**
 * Reads `utf8mb4_0900_ai_ci=utf8mb4_uca1400_ai_ci`, as often as it is given.
 *
 * @throws BackupError `invalid_option` for a collation that the server does not have, or one of another character set
 */
export function parseCollationMap(texts: readonly string[], server: ServerFeatures): CollationMap {
  const map = new Map<string, string>();
  for (const text of texts) {
    const [from, to, ...rest] = text.toLowerCase().split('=');
    if (!isCollationName(from) || !isCollationName(to) || rest.length > 0) {
      throw invalid(`${JSON.stringify(text)} maps no collation: write OLD=NEW, such as ${EXAMPLE}.`);
    }
    if (map.has(from)) {
      throw invalid(`The collation ${from} is mapped twice: name it once.`);
    }
    const characterSet = server.collations.get(to);
    if (characterSet === undefined) {
      throw invalid(`${serverName(server)} has no collation ${to}: ${advice(from, server)}.`);
    }
    if (characterSet !== characterSetOf(from, server)) {
      throw invalid(
        `The collation ${to} is for the character set ${characterSet} and ${from} is not: choose one of the same character set.`,
      );
    }
    map.set(from, to);
  }
  return map;
}

/** What a server calls a character set or collation: `utf8` and `utf8mb3` are one. */
export function nameOn(known: ReadonlyMap<string, string>, name: string): string {
  const other = name.replace(/^utf8(?:mb3)?(?=_|$)/, (prefix) => (prefix === 'utf8' ? 'utf8mb3' : 'utf8'));
  return !known.has(name) && known.has(other) ? other : name;
}

/** A collation's name starts with its character set's. */
function characterSetOf(collation: string, server: ServerFeatures): string {
  const characterSet = server.collations.get(collation) ?? collation.split('_')[0];
  return characterSet === 'utf8' ? 'utf8mb3' : characterSet;
}

/** The server's collations that come closest to one that it does not have, best first. */
export function suggestCollations(collation: string, server: ServerFeatures): string[] {
  const [characterSet, ...words] = collation.split('_');
  const suffix = words.filter((word) => ['ai', 'as', 'ci', 'cs', 'ks'].includes(word)).join('_');
  const candidates = words.includes('bin')
    ? ['bin', 'nopad_bin']
    : [
        `uca1400_${suffix}`,
        `uca1400_nopad_${suffix}`,
        `0900_${suffix}`,
        ...(suffix.endsWith('cs') ? ['bin'] : ['unicode_520_ci', 'unicode_ci', 'general_ci']),
      ];
  return candidates
    .map((candidate) => `${characterSet}_${candidate}`)
    .filter((candidate) => candidate !== collation && server.collations.has(candidate))
    .slice(0, MOST_SUGGESTIONS);
}

/** Puts other collations in the place of mapped ones, wherever a statement names them outside of quotes. */
export function mapCollations(ddl: string, map: CollationMap): string {
  return applyEdits(
    ddl,
    tokenize(ddl).flatMap((token) => {
      const to = token.kind === 'word' ? map.get(token.text.toLowerCase()) : undefined;
      return to === undefined ? [] : [{ start: token.start, end: token.end, text: to }];
    }),
  );
}

/** The collations that some tokens name with `COLLATE`. */
export function namedCollations(tokens: readonly Token[]): string[] {
  const names = tokens.flatMap((token, index) => {
    if (!isWord(token, 'COLLATE')) {
      return [];
    }
    const next = tokens.at(index + 1)?.text === '=' ? tokens.at(index + 2) : tokens.at(index + 1);
    return next?.kind === 'word' ? [next.text.toLowerCase()] : [];
  });
  return [...new Set(names)];
}

/** What is lost by some collations, of which there may be none. */
export function unknownCollations(place: string, names: readonly string[], server: ServerFeatures): Loss[] {
  return [...new Set(names)]
    .filter((name) => name !== 'binary' && !server.collations.has(name))
    .map((name) => ({ reason: `${place}: collation ${name}`, remedy: mapRemedy(name, server) }));
}

/**
 * The collation that a server meant where it named none beside a character set. Only the Unicode character sets have
 * another one elsewhere.
 */
export function impliedCollation(characterSet: string, source: SourceServer, server: ServerFeatures): string | null {
  const major = Number.parseInt(source.version, 10);
  if (characterSet === 'utf8mb4' && source.flavour === 'mysql' && major >= 8) {
    return 'utf8mb4_0900_ai_ci';
  }
  return UNICODE.has(characterSet)
    ? `${characterSet}_general_ci`
    : (server.defaultCollations.get(characterSet) ?? null);
}

const UNICODE: ReadonlySet<string> = new Set(['utf8mb4', 'utf8mb3', 'utf8', 'ucs2', 'utf16', 'utf16le', 'utf32']);
const MOST_SUGGESTIONS = 3;
const EXAMPLE = 'utf8mb4_0900_ai_ci=utf8mb4_uca1400_ai_ci';

function mapRemedy(collation: string, server: ServerFeatures): Remedy {
  return { kind: 'map-collation', collation, suggestions: suggestCollations(collation, server) };
}

function isCollationName(text: string | undefined): text is string {
  return text !== undefined && /^[a-z0-9_]+$/.test(text);
}

function advice(collation: string, server: ServerFeatures): string {
  const suggestions = suggestCollations(collation, server);
  return suggestions.length > 0 ? `for ${collation} use ${suggestions.join(' or ')}` : 'see SHOW COLLATION';
}

function invalid(message: string): BackupError {
  return new BackupError('invalid_option', message);
}
