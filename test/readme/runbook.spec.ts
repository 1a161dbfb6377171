import { readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, open, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { HostRun } from '../cli/host-call.js';
import { createHostCli, hostCommand, runProgram, type HostCli } from '../cli/host-cli.js';
import { writeOptionFile } from '../support/stock-client.js';
import { codeBlocks, sectionOf } from './markdown.js';

const RUNBOOK = readFileSync(fileURLToPath(new URL('../../docs/runbook.md', import.meta.url)), 'utf8');
const TABLES = ['users', 'archive_records', 'record_translations', 'courses', 'grades'];

jest.setTimeout(120_000);

describe('docs/runbook.md', () => {
  let host: HostCli;
  let folder: string;
  let before: unknown;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nestjs-backup-runbook-'));
    host = await createHostCli();
    await writeOptionFile(folder);
    await writeProgramShim(folder);
    await host.run('demo:fill', '--rows=1000');
    before = await checksums();
    await host.run('backup:key', 'generate', '--label=ops', `--output=${join(folder, 'identity.txt')}`);
    await host.json('backup:create', '--type=database', '--encrypt');
  });

  afterAll(async () => {
    await host.remove();
    await rm(folder, { recursive: true });
  });

  it('brings wrong data back as it says', async () => {
    await host.database.query('DELETE FROM users WHERE id > 3');

    expect(await follow('Wrong data')).toMatchObject({ exitCode: 0 });
    expect(await checksums()).toEqual(before);
  });

  it('brings back everything from the storage alone as it says', async () => {
    await host.database.query(`DROP DATABASE ${host.database.name}`);

    expect(await follow('Only the storage is left')).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await checksums()).toEqual(before);
  });

  it('brings back a database that is gone as it says', async () => {
    await host.database.query(`DROP DATABASE ${host.database.name}`);

    expect(await follow('The database is gone')).toMatchObject({ exitCode: 0 });
    expect(await checksums()).toEqual(before);
  });

  it('tells damaged storage as it says', async () => {
    await damageObject('users.00001.sql.zst.age');

    const run = await follow('Part of the storage is damaged');

    expect(run.exitCode).toBe(4);
    expect(run.stderr).toContain('users.00001.sql.zst.age');
  });

  /** Runs the commands of a section as they stand there, but for the places that they name. */
  function follow(heading: string): Promise<HostRun> {
    const commands = codeBlocks(sectionOf(RUNBOOK, heading), 'sh')
      .join('')
      .replaceAll('/var/backups/shop', '$STORAGE')
      .replaceAll('/media/key', folder)
      .replaceAll(/\bshop/g, host.database.name);
    return runProgram('/bin/bash', ['-e', '-c', commands], {
      ...host.env,
      STORAGE: host.storage,
      HOME: folder,
      PATH: `${join(folder, 'bin')}:${process.env.PATH ?? ''}`,
    });
  }

  async function checksums(): Promise<unknown> {
    const names = TABLES.map((table) => `${host.database.name}.${table}`);
    return (await host.database.query(`CHECKSUM TABLE ${names.join(', ')}`)).map(({ Checksum }) => Checksum);
  }

  async function damageObject(name: string): Promise<void> {
    const objects = await readdir(host.storage, { recursive: true });
    const object = await open(join(host.storage, objects.find((path) => path.endsWith(name)) ?? name), 'r+');
    const { size } = await object.stat();
    await object.write(Buffer.of(0, 255, 0, 255), 0, 4, size - 100);
    await object.close();
  }
});

/** `npm run -s host --` without npm, which only takes time. */
async function writeProgramShim(folder: string): Promise<void> {
  const [node, script] = hostCommand;
  await mkdir(join(folder, 'bin'));
  const shim = join(folder, 'bin', 'npm');
  await writeFile(shim, `#!/bin/sh\nshift 4\nexec "${node}" "${script}" "$@"\n`);
  await chmod(shim, 0o755);
}
