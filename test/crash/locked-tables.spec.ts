import { createConnection, type Connection } from 'mysql2/promise';
import type { Lines } from '../support/crash-fingerprint.js';
import { runHost, startHost, type RunningHost } from '../support/crash-host.js';
import { restoreCommand, undoCommand } from '../support/crash-moments.js';
import { applicationStatements, laterStatements } from '../support/crash-schema.js';
import { createBackup, createCrashSite, leftovers, scratchSchemas, type CrashSite } from '../support/crash-site.js';

/** `lock_wait_timeout` of the library's sessions and some more, milliseconds. */
const GIVES_UP_WITHIN = 45_000;

// a machine that is busy with other things, and two waits until somebody gives up
jest.setTimeout(120_000);

describe('live tables that another session is reading', () => {
  let site: CrashSite;
  let backup: number;
  let before: Lines;
  let restored: Lines;
  let reader: Connection;

  beforeAll(async () => {
    site = await createCrashSite(applicationStatements(2));
    ({ id: backup } = await createBackup(site));
    for (const statement of laterStatements()) {
      await site.query(statement);
    }
    before = await site.lines();
    await runHost(site.environment, ...restoreCommand(backup));
    restored = await site.lines();
    await runHost(site.environment, ...undoCommand(backup));
    reader = await createConnection(site.environment.databaseUrl);
  });

  afterEach(() => reader.query('ROLLBACK'));

  afterAll(async () => {
    await reader.end();
    await site.remove();
  });

  async function readIn(table: string): Promise<void> {
    await reader.query('START TRANSACTION');
    await reader.query(`SELECT * FROM ${table} LIMIT 1`);
  }

  /** Waits until a session of the host waits for the reader; gives what that session runs. */
  async function blockedStatement(host: RunningHost): Promise<string> {
    for (;;) {
      const [row] = await site.query(
        `SELECT INFO AS statement FROM information_schema.PROCESSLIST
          WHERE STATE = 'Waiting for table metadata lock' AND INFO LIKE CONCAT('%', DATABASE(), '%')`,
      );
      if (typeof row?.statement === 'string') return row.statement;
      if (host.hasEnded()) throw new Error(`Nothing waited: ${(await host.ended).stderr}`);
    }
  }

  /** Tables with triggers, without, and one that stays and whose foreign key has to be turned. */
  const tables = ['detail_09', 'items', 'stays'];

  it.each(tables)('hold a restore up, which goes on when %s is free', async (table) => {
    await readIn(table);
    const host = startHost(site.environment, restoreCommand(backup));
    await blockedStatement(host);
    // triggers included
    expect(await site.lines()).toEqual(before);
    await reader.query('ROLLBACK');
    expect(await host.ended).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await site.lines()).toEqual(restored);

    await readIn(table);
    const undo = startHost(site.environment, undoCommand(backup));
    await blockedStatement(undo);
    await reader.query('ROLLBACK');
    expect(await undo.ended).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await site.lines()).toEqual(before);
    expect(await leftovers(site)).toEqual([]);
  });

  it.each(tables)('and are free when the process that waits for %s was killed stay as they are', async (table) => {
    await readIn(table);
    const host = startHost(site.environment, restoreCommand(backup));
    await blockedStatement(host);
    host.signal('SIGKILL');
    await host.ended;
    // the server has not noticed: the statement of the dead process is the next to get the lock
    const next = startHost(site.environment, ['backup:list', '--json']);
    await reader.query('ROLLBACK');
    const { exitCode, stderr } = await next.ended;
    expect(exitCode).toBe(0);
    expect(stderr).toContain('had been interrupted');
    expect([before, restored]).toContainEqual(await site.lines());
    const undo = (await scratchSchemas(site)).filter((schema) => schema.includes('_undo_'));
    expect(await leftovers(site, undo)).toEqual([]);
    if (undo.length > 0) await runHost(site.environment, ...undoCommand(backup));
    expect(await site.lines()).toEqual(before);
  });

  it('make a restore give up after half a minute, with everything as it was', async () => {
    await readIn('detail_09');
    const startedAt = performance.now();
    const { exitCode, stdout, stderr } = await runHost(site.environment, ...restoreCommand(backup));
    expect(performance.now() - startedAt).toBeLessThan(GIVES_UP_WITHIN);
    expect({ exitCode, stdout }).toEqual({ exitCode: 5, stdout: '' });
    expect(stderr).toMatch(
      /^Cannot put \S+ in place: other sessions keep the live tables locked; end their transactions and restore again\. Live data was not touched\.\n$/,
    );
    expect(await site.lines()).toEqual(before);
    expect(await leftovers(site)).toEqual([]);
  });

  it('make an undo give up after half a minute, with the restore as it was', async () => {
    await runHost(site.environment, ...restoreCommand(backup));
    const kept = await scratchSchemas(site);
    await readIn('detail_09');
    const startedAt = performance.now();
    const { exitCode, stderr } = await runHost(site.environment, ...undoCommand(backup));
    expect(performance.now() - startedAt).toBeLessThan(GIVES_UP_WITHIN);
    expect(exitCode).toBe(5);
    expect(stderr).toMatch(
      /^Cannot take the restore of \S+ back: other sessions keep the live tables locked; end their transactions and try again\. Nothing was changed\.\n$/,
    );
    expect(await site.lines()).toEqual(restored);
    expect(await leftovers(site, kept)).toEqual([]);
    await reader.query('ROLLBACK');
    await runHost(site.environment, ...undoCommand(backup));
    expect(await site.lines()).toEqual(before);
    expect(await leftovers(site)).toEqual([]);
  });
});
