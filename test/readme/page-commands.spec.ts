import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createHostCli, type HostCli } from '../cli/host-cli.js';
import { codeBlocks } from './markdown.js';

/** Pages whose commands need nothing but a shop; the runbook has a test of its own. */
const PAGES = ['schedules', 'commands', 'encryption', 'incremental', 'operations'];
const HOST = 'npm run -s host -- ';
const EXAMPLE_OPERATION = '9f86d081884c7d659a2feaa0c55ad015';

jest.setTimeout(180_000);

describe('The commands of the documentation', () => {
  let host: HostCli;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nestjs-backup-pages-'));
    host = await createHostCli();
    const { name, query } = host.database;
    await query(`CREATE DATABASE ${name}_blog`);
    for (const table of ['orders', 'sessions', 'log_day', 'tmp_day']) {
      await query(`CREATE TABLE ${name}.${table} (id INT PRIMARY KEY, total INT)`);
      await query(`INSERT INTO ${name}.${table} VALUES (1, 50), (2, 150)`);
    }
  });

  afterAll(async () => {
    for (const other of ['blog', 'copy']) {
      await host.database.query(`DROP DATABASE IF EXISTS ${host.database.name}_${other}`);
    }
    await host.remove();
    await rm(folder, { recursive: true });
  });

  it.each(PAGES)('of docs/%s.md run one after the other as they stand there', async (page) => {
    // backup 12 of the page
    await host.json('backup:create', '--type=database', '--compression=none');
    for (const line of linesOf(page)) {
      const { exitCode, stderr } = await host.run(...(await actualWords(line)));
      // nobody can be asked here
      const isAsked = line.startsWith('backup:restore') && !/--(?:yes|interactive)/.test(line);
      expect([line, exitCode, isAsked ? stderr.includes('add --yes to go on') : stderr]).toEqual([
        line,
        isAsked ? 2 : 0,
        isAsked ? true : '',
      ]);
    }
  });

  /** The example's places, ids and databases stand for those that there are. */
  async function actualWords(line: string): Promise<string[]> {
    const id = String(line.startsWith('backup:schedule') ? 1 : await newestBackup());
    const operation = line.includes(EXAMPLE_OPERATION) ? await newestOperation() : '';
    return wordsOf(line).map((word) =>
      word
        .replace(EXAMPLE_OPERATION, operation)
        .replace(/^(--id|--backup)=\d+$/, `$1=${id}`)
        .replace('identity.txt', join(folder, 'identity.txt'))
        .replace(/^(--database=.*)$/, (databases) =>
          databases.replaceAll(/shop/g, host.database.name).replace('=blog', `=${host.database.name}_blog`),
        ),
    );
  }

  async function newestBackup(): Promise<unknown> {
    const [newest] = await host.database.query(
      `SELECT MAX(id) AS id FROM backup_history WHERE status = 'completed' AND partial IS NULL`,
    );
    return newest.id;
  }

  async function newestOperation(): Promise<string> {
    const [newest] = await host.database.query('SELECT backupid FROM backup_controllers ORDER BY id DESC LIMIT 1');
    return String(newest.backupid);
  }
});

function linesOf(page: string): string[] {
  const markdown = readFileSync(fileURLToPath(new URL(`../../docs/${page}.md`, import.meta.url)), 'utf8');
  const lines = codeBlocks(markdown, 'sh').flatMap((block) => block.trimEnd().split('\n'));
  return lines.filter((line) => line.startsWith(HOST)).map((line) => line.slice(HOST.length).replace(/ #.*/, ''));
}

/** Words of a line of a shell that quotes nothing but with apostrophes. */
function wordsOf(line: string): string[] {
  return (line.match(/(?:'[^']*'|[^\s'])+/g) ?? []).map((word) => word.replaceAll("'", ''));
}
