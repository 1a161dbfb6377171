export interface ServerInfo {
  readonly flavour: 'mariadb' | 'mysql';
  readonly version: string;
  readonly major: number;
  readonly minor: number;
  readonly lowerCaseTableNames: number;
  /** Bytes. */
  readonly maxAllowedPacket: number;
}

/** The statement whose row {@link serverInfo} takes. */
export const SELECT_SERVER_INFO =
  'SELECT VERSION() AS version, @@lower_case_table_names AS lower_case, @@max_allowed_packet AS packet';

export function serverInfo(row: Readonly<Record<string, unknown>>): ServerInfo {
  // `10.11.6-MariaDB` or `9.7.4`
  const version = String(row.version);
  const [major = 0, minor = 0] = version.split('.').map(Number.parseFloat);
  return {
    flavour: /mariadb/i.test(version) ? 'mariadb' : 'mysql',
    version,
    major,
    minor,
    lowerCaseTableNames: Number(row.lower_case),
    maxAllowedPacket: Number(row.packet),
  };
}

/** What a statement's packet holds besides the statement, and a bit of room, bytes. */
const PACKET_ROOM = 1024;

/** How long a statement may be that a server is to take, bytes. */
export function statementLimit({ maxAllowedPacket }: Pick<ServerInfo, 'maxAllowedPacket'>): number {
  return maxAllowedPacket - PACKET_ROOM;
}

/** Schemas that belong to the server itself. */
export const SYSTEM_DATABASES: ReadonlySet<string> = new Set([
  'information_schema',
  'performance_schema',
  'mysql',
  'sys',
]);
