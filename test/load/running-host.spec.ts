import type { AddressInfo, Server } from 'node:net';
import { BackupEvents, type CreateBackupOptions } from '@app/backup';
import { Controller, Get, type INestApplication } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { createBackupFolder, startModuleHost, type BackupFolder, type ModuleHost } from '../module/module-host.js';
import { SteadyWriter } from '../support/steady-writer.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

// a machine that is busy with other things
jest.setTimeout(120_000);

const ROWS_PER_SECOND = 500;
/** Megabytes a second, so that a backup of the database takes about three seconds. */
const RATE = 12;
/** Milliseconds that no statement may take: far more than any does, and less than what is read takes. */
const LONG = 2500;

@Controller('ping')
class PingController {
  @Get()
  ping(): string {
    return 'here';
  }
}

/** Asks the host again and again until the work is done. Gives how often it answered. */
async function answersDuring(app: INestApplication, work: Promise<unknown>): Promise<number> {
  const { port } = (app.getHttpServer() as Server).address() as AddressInfo;
  const state = { isDone: false };
  const done = work.finally(() => {
    state.isDone = true;
  });
  let answers = 0;
  while (!state.isDone) {
    const response = await fetch(`http://127.0.0.1:${String(port)}/ping`);
    expect(await response.text()).toBe('here');
    answers += 1;
  }
  await done;
  return answers;
}

describe('an application that is backed up and restored while it works', () => {
  let database: TestDatabase;
  let folder: BackupFolder;
  let host: ModuleHost;

  beforeAll(async () => {
    database = await createTestDatabase();
    folder = await createBackupFolder();
    await database.query('CREATE TABLE archive (id INT PRIMARY KEY, body VARCHAR(1200))');
    await database.query('INSERT INTO archive SELECT seq, REPEAT(SHA2(seq, 512), 8) FROM seq_1_to_35000');
    host = await startModuleHost(database.url, { storage: folder.url, threads: 2 }, { controllers: [PingController] });
    await host.app.listen(0, '127.0.0.1');
  });

  afterAll(async () => {
    try {
      await host.app.close();
    } finally {
      await folder.remove();
      await database.drop();
    }
  });

  it('answers requests throughout, and leaves most of the work to other threads', async () => {
    const whole = process.cpuUsage();
    const own = process.threadCpuUsage();
    let id = 0;
    const backUp = host.backUp({ compression: 'zstd:6' }).then((made) => {
      id = made;
    });
    expect(await answersDuring(host.app, backUp)).toBeGreaterThan(10);
    const ownShare = total(process.threadCpuUsage(own)) / total(process.cpuUsage(whole));
    expect(ownShare).toBeLessThan(0.5);
    expect(await answersDuring(host.app, host.backups.restore(id))).toBeGreaterThan(10);
  });

  it('writes without an error, and waits for nobody for long, up to the swap', async () => {
    const writer = await SteadyWriter.start(database.url, ROWS_PER_SECOND);
    const limits: CreateBackupOptions = { maxRate: RATE };
    const id = await host.backUp(limits);
    const restore = host.backups.restore(id, { maxRate: 2 * RATE });
    const events = host.app.get(EventEmitter2);
    const [written] = await Promise.all([
      events.waitFor(BackupEvents.restoreStaged).then(() => writer.stop()),
      restore,
    ]);
    expect(written.rows).toBeGreaterThan(100);
    expect(written.slowest).toBeLessThan(LONG);
  });
});

function total({ user, system }: NodeJS.CpuUsage): number {
  return user + system;
}
