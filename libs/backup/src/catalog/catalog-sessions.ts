import type { DataSource } from 'typeorm';

/**
 * What the catalog relies on and an administrator may have set otherwise for everybody: with NO_BACKSLASH_ESCAPES values
 * would be escaped wrongly, without autocommit nothing would stay, and init_connect comes after what was agreed on when
 * connecting.
 */
const SETTINGS = [
  'SET NAMES utf8mb4 COLLATE utf8mb4_unicode_ci',
  "SET SESSION sql_mode='STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION', autocommit=1, foreign_key_checks=1",
  'SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ WRITE',
] as const;

/** The part of mysql2's pool that this needs. */
interface SessionPool {
  on(event: 'connection', listener: (session: { query(sql: string): unknown }) => void): void;
}

/** Gives every session of a data source, those that are to come included, the settings that the catalog relies on. */
export async function configureCatalogSessions(dataSource: DataSource): Promise<void> {
  poolOf(dataSource).on('connection', (session) => {
    // queries of a session run in order: these come before whatever the session was opened for
    for (const setting of SETTINGS) {
      session.query(setting);
    }
  });
  // the one that was opened to see whether the server answers
  const runner = dataSource.createQueryRunner();
  try {
    for (const setting of SETTINGS) {
      await runner.query(setting);
    }
  } finally {
    await runner.release();
  }
}

function poolOf({ driver }: DataSource): SessionPool {
  return (driver as unknown as { readonly pool: SessionPool }).pool;
}
