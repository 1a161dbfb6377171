import type { ServerRecord } from '../../backup-set/manifest.js';
import type { ServerConnection } from '../server-connection.js';

/** What the server of a restore can have, as it says itself. */
export interface ServerFeatures {
  readonly flavour: 'mariadb' | 'mysql';
  readonly version: string;
  /** Character sets by collation. */
  readonly collations: ReadonlyMap<string, string>;
  /** Default collations by character set. */
  readonly defaultCollations: ReadonlyMap<string, string>;
  /** Whether foreign keys may refer to columns that are not unique. */
  readonly allowsLooseReferences: boolean;
}

export type SourceServer = ServerRecord;

export async function readServerFeatures(connection: ServerConnection): Promise<ServerFeatures> {
  const { flavour, version } = connection.server;
  const [looseReferences] = await connection.query("SHOW VARIABLES LIKE 'restrict_fk_on_non_standard_key'");
  return {
    flavour,
    version,
    collations: await readCollations(connection),
    defaultCollations: await readDefaultCollations(connection),
    allowsLooseReferences: (looseReferences as { Value?: unknown } | undefined)?.Value !== 'ON',
  };
}

/** By character set. */
export async function readDefaultCollations(connection: ServerConnection): Promise<Map<string, string>> {
  const rows = await connection.query(
    'SELECT CHARACTER_SET_NAME AS characterSet, DEFAULT_COLLATE_NAME AS collation FROM information_schema.CHARACTER_SETS',
  );
  return new Map(rows.map((row) => [String(row.characterSet), String(row.collation)]));
}

/** Newer MariaDB servers have collations for several character sets, whose full names stand in a column of their own. */
async function readCollations(connection: ServerConnection): Promise<Map<string, string>> {
  const rows = await connection.query('SELECT * FROM information_schema.COLLATION_CHARACTER_SET_APPLICABILITY');
  return new Map(
    rows.map((row) => [String(row.FULL_COLLATION_NAME ?? row.COLLATION_NAME), String(row.CHARACTER_SET_NAME)]),
  );
}

/** `MariaDB 10.11.6`, without what a distribution adds. */
export function serverName({ flavour, version }: Pick<ServerFeatures, 'flavour' | 'version'>): string {
  return `${flavour === 'mariadb' ? 'MariaDB' : 'MySQL'} ${version.split('-')[0]}`;
}
