import type { ServerConnection } from './server-connection.js';

export interface ServerInfo {
  readonly flavour: 'mariadb' | 'mysql';
  readonly version: string;
  readonly major: number;
  readonly minor: number;
  readonly lowerCaseTableNames: number;
  /** Bytes. */
  readonly maxAllowedPacket: number;
}

/** @param version as the server gives it: `10.11.6-MariaDB` or `9.7.4` */
export function flavourOf(version: string): ServerInfo['flavour'] {
  return /mariadb/i.test(version) ? 'mariadb' : 'mysql';
}

export async function readServerInfo(connection: ServerConnection): Promise<ServerInfo> {
  const [row] = await connection.query(
    'SELECT VERSION() AS version, @@lower_case_table_names AS lower_case, @@max_allowed_packet AS packet',
  );
  const version = String(row.version);
  const [major = 0, minor = 0] = version.split('.').map(Number.parseFloat);
  return {
    flavour: flavourOf(version),
    version,
    major,
    minor,
    lowerCaseTableNames: Number(row.lower_case),
    maxAllowedPacket: Number(row.packet),
  };
}

/** Schemas that belong to the server itself. */
export const SYSTEM_DATABASES: ReadonlySet<string> = new Set([
  'information_schema',
  'performance_schema',
  'mysql',
  'sys',
]);
