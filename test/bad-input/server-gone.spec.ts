import { failureOf } from '../support/bad-input-refusal.js';
import { startFragileServer, type FragileServer } from '../support/bad-input-server.js';
import { Site } from '../support/bad-input-site.js';

// a machine that is busy with other things
jest.setTimeout(30_000);

describe('a server that goes away', () => {
  let server: FragileServer;
  let site: Site;

  beforeEach(async () => {
    server = await startFragileServer();
    site = await Site.open({ database: await server.createDatabase('shop') });
    await site.database.query('CREATE TABLE archive (id INT PRIMARY KEY, body VARCHAR(1000), KEY by_body (body(20)))');
    await site.database.query('INSERT INTO archive SELECT seq, REPEAT(SHA2(seq, 512), 7) FROM seq_1_to_40000');
  });

  afterEach(async () => {
    await site.close();
    await server.stop();
  });

  const lost = (): string =>
    `The connection to the database server ${site.account} was lost: check that the server runs, then start again.`;

  it('in the middle of a dump fails it, and the next start finishes the record', async () => {
    const earlier = await site.backups.createBackup('database', { compression: 'none' });
    const before = await site.state();
    let killed: Promise<void> = Promise.resolve();
    site.events.once('backup.progress', () => {
      killed = server.kill();
    });
    const failed = new Promise((resolve) => site.events.once('backup.failed', resolve));

    const error = await failureOf(() => site.backups.createBackup('database'));

    expect(error.message).toBe(lost());
    expect(error.code).toBe('connection_lost');
    await expect(failed).resolves.toMatchObject({ code: 'connection_lost', message: lost() });
    await killed;
    await server.restart();
    expect((await site.state()).stored).toEqual(before.stored);
    const { id, backupName } = (await site.backups.listBackups({ limit: 1 }))[0];
    expect(await site.backups.recover()).toEqual([
      `Backup ${String(id)} (${backupName}) had been interrupted: its unfinished objects were removed`,
    ]);
    expect(await site.backups.getBackup(id)).toMatchObject({
      status: 'failed',
      errorMessage: 'The process that made this backup ended before it was complete.',
    });
    expect(await site.state()).toEqual(before);
    expect(await site.backups.recover()).toEqual([]);
    await site.backups.verifyBackup(earlier);
  });

  it('in the middle of a restore loses nothing, and the next start clears the staging schema', async () => {
    const backup = await site.backups.createBackup('database');
    const set = await site.setOf(backup);
    await site.database.query('DELETE FROM orders WHERE id > 150');
    const before = await site.state();
    let killed: Promise<void> = Promise.resolve();
    const onProgress = (): void => {
      killed = server.kill();
    };

    const error = await failureOf(() => site.backups.restore(backup, { onProgress }));

    expect(error.message).toBe(lost());
    expect(error.code).toBe('connection_lost');
    await killed;
    await server.restart();
    const [staging] = (await site.state()).schemas;
    expect(staging).toMatch(/_restore_[0-9a-f]{8}$/);
    const [{ id }] = await site.backups.getRestoreLog(backup);
    const note = `Restore ${String(id)} of ${set} had been interrupted: ${staging} was dropped, live data was not touched`;
    expect(await site.backups.recover()).toEqual([note]);
    const [row] = await site.backups.getRestoreLog(backup);
    expect(row).toMatchObject({ status: 'failed', errorMessage: note });
    expect(await site.state()).toEqual(before);
  });

  it('and is not there at all is said with its address', async () => {
    const before = await site.state();
    await server.kill();
    const address = { host: '127.0.0.1', port: Number(new URL(server.url).port), user: 'root' };
    await server.restart();
    await site.withOptions({ connection: { ...address, port: 1 } }, async (other) => {
      const error = await failureOf(() => other.backups.createBackup('database'));
      expect(error.message).toBe(
        'No database server answers at root@127.0.0.1:1 (ECONNREFUSED): check that it runs and that the address is right.',
      );
      expect(error.code).toBe('connection_failed');
    });
    expect(await site.state()).toEqual(before);
  });
});

describe('a server that takes only short statements', () => {
  let server: FragileServer;
  let site: Site;

  beforeAll(async () => {
    server = await startFragileServer();
    site = await Site.open({ database: await server.createDatabase('shop') });
  });

  afterAll(async () => {
    await site.close();
    await server.stop();
  });

  it('is refused a backup that it could not restore', async () => {
    await site.database.query('CREATE TABLE files (id INT PRIMARY KEY, content LONGBLOB)');
    await site.database.query("INSERT INTO files VALUES (1, REPEAT('x', 1200000))");
    await server.query('SET GLOBAL max_allowed_packet = 1048576');
    await site.withOptions({}, async (other) => {
      const error = await failureOf(() => other.backups.createBackup('database'));
      expect(error.message).toBe(
        `Table ${site.database.name}.files has a row that needs a statement of 1200059 bytes and the server's max_allowed_packet is 1048576: it could not be restored; raise max_allowed_packet.`,
      );
      expect(error.code).toBe('row_too_large');
    });
    await server.query('SET GLOBAL max_allowed_packet = 16777216');
  });

  it('is not sent a restore that it would reject half-way', async () => {
    const backup = await site.backups.createBackup('database');
    const set = await site.setOf(backup);
    const before = await site.state();
    await server.query('SET GLOBAL max_allowed_packet = 1048576');
    const error = await failureOf(() => site.backups.restore(backup));
    expect(error.message).toBe(
      `Cannot restore ${set}: table files has a row that needs a statement of 1200059 bytes and the server's max_allowed_packet is 1048576; raise it with SET GLOBAL max_allowed_packet.`,
    );
    expect(error.code).toBe('restore_blocked');
    expect(await site.state()).toEqual(before);
    const [row] = await site.backups.getRestoreLog(backup);
    expect(row).toMatchObject({ status: 'failed', errorMessage: error.message });
  });
});
