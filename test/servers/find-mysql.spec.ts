import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findMysql } from '../../scripts/find-mysql.js';

describe('findMysql', () => {
  const environment = { ...process.env };
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nestjs-backup-find-mysql-'));
    process.env.MYSQLD = '';
    process.env.MYSQL_HOME = join(folder, 'cache');
    process.env.PATH = `${folder}:${process.env.PATH ?? ''}`;
  });

  afterEach(async () => {
    process.env = { ...environment };
    await rm(folder, { recursive: true });
  });

  it('takes the server that MYSQLD names, with the client beside it', async () => {
    const server = await program('elsewhere/mysqld', 'Ver 9.7.4 for Linux on x86_64');
    const client = await program('elsewhere/mysql', 'Ver 9.7.4 for Linux on x86_64');
    process.env.MYSQLD = server;

    expect(await findMysql()).toEqual({ server, client });
  });

  it.each([
    ['MariaDB, which has programs of the same names', 'Ver 10.11.19-MariaDB for debian-linux-gnu'],
    ['too old', 'Ver 8.0.44 for Linux on x86_64'],
  ])('refuses a MYSQLD that is %s', async (_, version) => {
    process.env.MYSQLD = await program('elsewhere/mysqld', version);

    await expect(findMysql()).rejects.toThrow(`MYSQLD (${process.env.MYSQLD}) is not the server program of MySQL 9`);
  });

  it('refuses a MYSQLD that is not there', async () => {
    process.env.MYSQLD = join(folder, 'missing');

    await expect(findMysql()).rejects.toThrow('is not the server program of MySQL');
  });

  it('says what is missing when the server has no client', async () => {
    process.env.MYSQLD = await program('elsewhere/mysqld', 'Ver 9.7.4 for Linux on x86_64');
    await program('mysql', 'Ver 15.1 Distrib 10.11.19-MariaDB');

    expect(await findMysql()).toEqual({ missing: expect.stringContaining('put mysql beside it or on the PATH') });
  });

  it('takes the server on the PATH, and passes over one of MariaDB for that of the cache folder', async () => {
    const cached = await program('cache/bin/mysqld', 'Ver 9.7.4');
    const installed = await program('mysqld', 'Ver 10.11.19-MariaDB');
    expect(await findMysql()).toMatchObject({ server: cached });

    await program('mysqld', ' Ver 9.7.4 for Linux on x86_64');
    const client = await program('mysql', ' Ver 9.7.4 for Linux on x86_64');
    expect(await findMysql()).toEqual({ server: installed, client });
  });

  /** @returns the path of a program that knows its version only */
  async function program(path: string, version: string): Promise<string> {
    const file = join(folder, path);
    await mkdir(join(file, '..'), { recursive: true });
    await writeFile(file, `#!/bin/sh\necho 'mysql  ${version}'\n`, { mode: 0o755 });
    return file;
  }
});
