import { setTimeout as delay } from 'node:timers/promises';
import { createConnection } from 'mysql2/promise';
import { prepareGround } from '../support/crash-campaign.js';
import type { Lines } from '../support/crash-fingerprint.js';
import { runHost, startHost, type RunningHost } from '../support/crash-host.js';
import { restoreCommand, undoCommand } from '../support/crash-moments.js';
import { applicationStatements, laterStatements } from '../support/crash-schema.js';
import { createCrashSite, leftovers, scratchSchemas, type CrashSite } from '../support/crash-site.js';

/** `lock_wait_timeout` of the library's sessions and some more, milliseconds. */
const GIVES_UP_WITHIN = 45_000;

// a machine that is busy with other things, and two waits until somebody gives up
jest.setTimeout(120_000);

describe('live tables that another session is reading', () => {
  let first: Shop;
  let second: Shop;

  beforeAll(async () => {
    first = await openShop();
    second = await openShop();
  });

  afterEach(() => Promise.all([first.letGo(), second.letGo()]));

  afterAll(() => Promise.all([first.close(), second.close()]));

  /** One that is restored, and one that stays and whose foreign key has to be turned. */
  const tables = ['detail_09', 'stays'];

  it.each(tables)('hold a restore and its undo up, which go on when %s is free', async (table) => {
    const { site, backup, before, restored } = first;
    await first.readIn(table);
    const restore = startHost(site.environment, restoreCommand(backup));
    await first.blocked(restore);
    // triggers included, and without waiting for the whole half minute
    expect(await site.lines()).toEqual(before);
    expect(restore.hasEnded()).toBe(false);
    await first.letGo();
    expect(await restore.ended).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await site.lines()).toEqual(restored);

    await first.readIn(table);
    const undo = startHost(site.environment, undoCommand(backup));
    await first.blocked(undo);
    await first.letGo();
    expect(await undo.ended).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await site.lines()).toEqual(before);
    expect(await leftovers(site)).toEqual([]);
  });

  it.each(tables)(
    'stay as they are when the process that waits for %s is killed, also when it is free then',
    async (table) => {
      const { site, backup, before, restored } = first;
      await first.readIn(table);
      const host = startHost(site.environment, restoreCommand(backup));
      await first.blocked(host);
      host.signal('SIGKILL');
      await host.ended;
      // the server may not have noticed: then the statement of the dead process is the next to get the lock
      const next = startHost(site.environment, ['backup:list', '--json']);
      await first.letGo();
      const { exitCode, stderr } = await next.ended;
      expect(exitCode).toBe(0);
      expect(stderr).toContain('had been interrupted');
      expect([before, restored]).toContainEqual(await site.lines());
      const undo = (await scratchSchemas(site)).filter((schema) => schema.includes('_undo_'));
      expect(await leftovers(site, undo)).toEqual([]);
      if (undo.length > 0) await runHost(site.environment, ...undoCommand(backup));
      expect(await site.lines()).toEqual(before);
    },
  );

  it('make a restore and an undo give up after half a minute, with everything as it was', async () => {
    await runHost(second.site.environment, ...restoreCommand(second.backup));
    const kept = await scratchSchemas(second.site);
    await first.readIn('detail_09');
    await second.readIn('detail_09');
    const startedAt = performance.now();
    const [restore, undo] = await Promise.all([
      runHost(first.site.environment, ...restoreCommand(first.backup)),
      runHost(second.site.environment, ...undoCommand(second.backup)),
    ]);
    expect(performance.now() - startedAt).toBeLessThan(GIVES_UP_WITHIN);
    expect([restore.exitCode, undo.exitCode]).toEqual([5, 5]);
    expect(restore.stderr).toMatch(
      /^Cannot put \S+ in place: other sessions keep the live tables locked; end their transactions and restore again\. Live data was not touched\.\n$/,
    );
    expect(undo.stderr).toMatch(
      /^Cannot take the restore of \S+ back: other sessions keep the live tables locked; end their transactions and try again\. Nothing was changed\.\n$/,
    );
    expect(await first.site.lines()).toEqual(first.before);
    expect(await leftovers(first.site)).toEqual([]);
    expect(await second.site.lines()).toEqual(second.restored);
    expect(await leftovers(second.site, kept)).toEqual([]);

    await second.letGo();
    expect(await runHost(second.site.environment, ...undoCommand(second.backup))).toMatchObject({ exitCode: 0 });
    expect(await second.site.lines()).toEqual(second.before);
    expect(await leftovers(second.site)).toEqual([]);
  });
});

interface Shop {
  readonly site: CrashSite;
  readonly backup: number;
  readonly before: Lines;
  readonly restored: Lines;
  /** Reads a table in a transaction that stays open. */
  readonly readIn: (table: string) => Promise<void>;
  readonly letGo: () => Promise<void>;
  /** Waits until the host waits for the reader. */
  readonly blocked: (host: RunningHost) => Promise<void>;
  readonly close: () => Promise<void>;
}

async function openShop(): Promise<Shop> {
  const site = await createCrashSite(applicationStatements(2));
  const ground = await prepareGround(site, laterStatements()).catch(async (error: unknown) => {
    await site.remove();
    throw error;
  });
  const reader = await createConnection(site.environment.databaseUrl);
  return {
    ...ground,
    async readIn(table) {
      await reader.query('START TRANSACTION');
      await reader.query(`SELECT * FROM ${table} LIMIT 1`);
    },
    async letGo() {
      await reader.query('ROLLBACK');
    },
    async blocked(host) {
      const waiting = `SELECT 1 FROM information_schema.PROCESSLIST
        WHERE STATE = 'Waiting for table metadata lock' AND INFO LIKE CONCAT('%', DATABASE(), '%')`;
      while ((await site.query(waiting)).length === 0) {
        if (host.hasEnded()) throw new Error(`Nothing waited: ${(await host.ended).stderr}`);
        // the host needs the processor more
        await delay(20);
      }
    },
    async close() {
      await reader.end();
      await site.remove();
    },
  };
}
