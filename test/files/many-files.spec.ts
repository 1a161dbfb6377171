import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fileRoots, type Manifest } from '@app/backup/backup-set/manifest.js';
import { createHostCli, hostCommand, runProgram, type HostCli } from '../cli/host-cli.js';
import { temporaryFolder, type TemporaryFolder } from '../support/file-tree.js';

jest.setTimeout(180_000);

const FILES = 200_000;
const IN_A_FOLDER = 1000;
const MOST_KIBIBYTES = 256 * 1024;
const REPORT = fileURLToPath(new URL('../support/report-peak-memory.js', import.meta.url));

describe('200,000 files', () => {
  let host: HostCli;
  let folder: TemporaryFolder;

  beforeAll(async () => {
    host = await createHostCli();
    folder = await temporaryFolder('many-files');
    for (let number = 0; number < FILES; number += 1) {
      const parent = join(folder.path, 'uploads', String(Math.floor(number / IN_A_FOLDER)));
      if (number % IN_A_FOLDER === 0) {
        mkdirSync(parent, { recursive: true });
      }
      closeSync(openSync(join(parent, String(number)), 'w'));
    }
  });

  afterAll(async () => {
    await host.remove();
    await folder.remove();
  });

  /** Runs a command of the host as `npm run host` does, and gives its document and the KiB that its process held at most. */
  const run = async (...words: string[]): Promise<{ document: Record<string, unknown>; peak: number }> => {
    const [node, script] = hostCommand;
    const peaks = join(folder.path, 'peaks');
    const { exitCode, stdout, stderr } = await runProgram(
      node,
      ['--max-semi-space-size=2', '--import', REPORT, script, ...words, '--json'],
      { ...host.env, UPLOADS_PATH: join(folder.path, 'uploads'), PEAK_MEMORY_FILE: peaks },
    );
    if (exitCode !== 0) throw new Error(`${words.join(' ')} ended with ${String(exitCode)}: ${stderr}`);
    const peak = Number(readFileSync(peaks, 'utf8').trim().split('\n').at(-1));
    return { document: JSON.parse(stdout) as Record<string, unknown>, peak };
  };

  it('are backed up and verified in the memory that few take', async () => {
    const backup = await run('backup:create', '--type=files');
    const path = join(host.storage, String(backup.document.backupName), 'manifest.json');
    const [{ files }] = fileRoots(JSON.parse(readFileSync(path, 'utf8')) as Manifest);
    expect(files).toBe(FILES);
    expect(backup.peak).toBeLessThan(MOST_KIBIBYTES);

    const verification = await run('backup:verify', `--id=${String(backup.document.id)}`);
    expect(verification.document).toMatchObject({ verified: true });
    expect(verification.peak).toBeLessThan(MOST_KIBIBYTES);
  });
});
