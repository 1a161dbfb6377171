import { tokenize } from '../ddl/ddl-tokenizer.js';
import { definitionText } from '../definition-text.js';
import type { DefinedObject } from '../definitions.js';
import type { Privileges } from '../privileges.js';
import type { ServerConnection } from '../server-connection.js';

/**
 * A function or trigger that a server with a binary log does not let this account make, in words; null: it may make all.
 *
 * @see https://dev.mysql.com/doc/refman/9.7/en/stored-programs-logging.html
 */
export async function findUntrustedProgram(
  connection: ServerConnection,
  objects: readonly DefinedObject[],
  privileges: Privileges,
): Promise<string | null> {
  const [{ log, trust }] = await connection.query(
    'SELECT @@log_bin AS log, @@log_bin_trust_function_creators AS trust',
  );
  if (Number(log) === 0 || Number(trust) !== 0) {
    return null;
  }
  const isSuper = privileges.everywhere('SUPER');
  const refused = objects.find(
    ({ kind, definition }) =>
      (kind === 'FUNCTION' && (!isSuper || !declaresItsData(definitionText(definition)))) ||
      (kind === 'TRIGGER' && !isSuper),
  );
  return refused === undefined ? null : `${refused.kind.toLowerCase()} ${refused.definition.name}`;
}

function declaresItsData(ddl: string): boolean {
  const words = tokenize(ddl).map((token) => (token.kind === 'word' ? token.text.toUpperCase() : ''));
  return words.some(
    (word, index) =>
      (word === 'DETERMINISTIC' && words[index - 1] !== 'NOT') ||
      (word === 'SQL' && (words[index - 1] === 'NO' || words[index - 1] === 'READS')),
  );
}
