import type { ServerInfo } from './server-info.js';

/** Seconds to wait for a lock before giving up: as a rule, and where others wait for this session. */
export const LOCK_WAIT_SECONDS = { patiently: 30, briefly: 1 } as const;

/** Zero dates and AUTO_INCREMENT 0 are kept; no NO_BACKSLASH_ESCAPES or ANSI_QUOTES. */
const SQL_MODE = 'NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES,NO_ENGINE_SUBSTITUTION';

/** Seconds that the server waits for this side: a storage that is slow keeps a session from being read. */
const PATIENCE_SECONDS = 3600;

/**
 * The settings under which rows and definitions are read and written, on every server, whatever its own defaults are:
 * what is not set here is what an administrator may set for everybody.
 */
export const SESSION_SETTINGS: readonly string[] = [
  "time_zone='+00:00'",
  `sql_mode='${SQL_MODE}'`,
  `lock_wait_timeout=${String(LOCK_WAIT_SECONDS.patiently)}`,
  'wait_timeout=28800',
  `net_read_timeout=${String(PATIENCE_SECONDS)}`,
  `net_write_timeout=${String(PATIENCE_SECONDS)}`,
  'autocommit=1',
  'foreign_key_checks=1',
  'unique_checks=1',
  'sql_safe_updates=0',
  'sql_select_limit=18446744073709551615',
  'group_concat_max_len=1073741824',
  'sql_quote_show_create=1',
];

/** What else keeps a server from changing what it is given, or hiding what it has; also no statement timeout. */
export const FLAVOUR_SETTINGS: Readonly<Record<ServerInfo['flavour'], readonly string[]>> = {
  mariadb: ['max_statement_time=0', 'check_constraint_checks=0'],
  mysql: ['max_execution_time=0'],
};

/** Settings that not every version has, or not every account may change: a server without them has its defaults. */
export const OPTIONAL_SETTINGS: Readonly<Record<ServerInfo['flavour'], readonly string[]>> = {
  mariadb: [
    // tables come back as they are shown, with what a strict server would not take for a new one
    'innodb_strict_mode=OFF',
    'explicit_defaults_for_timestamp=ON',
    // defaults from sequences are set after the rows of the past are there
    'system_versioning_alter_history=KEEP',
  ],
  mysql: [
    // invisible primary keys that the server made are columns like others, and no table gets one that it had not
    'show_gipk_in_create_table_and_information_schema=ON',
    'sql_generate_invisible_primary_key=OFF',
    'sql_require_primary_key=OFF',
    'explicit_defaults_for_timestamp=ON',
    // foreign keys to columns that are not unique came from older servers
    'restrict_fk_on_non_standard_key=OFF',
    // sizes as they are, and not as they were some time ago
    'information_schema_stats_expiry=0',
  ],
};
