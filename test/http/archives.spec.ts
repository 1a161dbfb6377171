import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdirSync, readlinkSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request as open } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { extract, pack } from 'tar-stream';
import type { ProblemDetails } from '@app/backup';
import type { BackupBody, BackupPage } from '../../libs/backup/src/http/schemas/backup.schema.js';
import { createKeyFolder, type KeyFile, type KeyFolder } from '../encryption/encrypted-site.js';
import { noise, temporaryFolder, type TemporaryFolder } from '../support/file-tree.js';
import { BASE, openHttpSite, type HttpSite } from './http-site.js';

const execute = promisify(execFile);

/** Files of a set that was sent: path in the archive, content. */
type Members = readonly (readonly [path: string, content: Buffer])[];

describe('The download of a backup', () => {
  let site: HttpSite;
  let set: string;
  let whole: Buffer;
  let path: string;

  beforeAll(async () => {
    site = await openHttpSite();
    const id = await site.backUp();
    set = (await site.backups.getBackup(id)).backupName;
    path = `${BASE}/${String(id)}/download`;
    whole = await bytes();
  });

  afterAll(() => site.close());

  const bytes = async (headers: Record<string, string> = {}, query = ''): Promise<Buffer> =>
    (await download(headers, query)).body as Buffer;
  const download = (headers: Record<string, string> = {}, query = '') =>
    site
      .send('get', `${path}${query}`)
      .set({ 'x-user': 'admin 7', ...headers })
      .buffer()
      .responseType('blob');

  it('is a tar archive of its set, as stored, whose size is known beforehand', async () => {
    const { headers } = await download();
    expect(headers).toMatchObject({
      'content-type': 'application/x-tar',
      'content-length': String(whole.length),
      'content-disposition': `attachment; filename="${set}.tar"`,
      'accept-ranges': 'bytes',
    });
    const folder = await mkdtemp(join(tmpdir(), 'nestjs-backup-tar-'));
    try {
      await writeFile(join(folder, 'set.tar'), whole);
      await execute('tar', ['-xf', 'set.tar'], { cwd: folder });
      const files = await site.folder.files();
      for (const file of files) {
        expect(await readFile(join(folder, file))).toEqual(await readFile(join(site.folder.path, file)));
      }
      const { stdout } = await execute('tar', ['-tf', 'set.tar'], { cwd: folder });
      const listed = stdout.trim().split('\n');
      expect(listed.toSorted()).toEqual(files);
      expect(listed.at(-1)).toBe(`${set}/manifest.json`);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('goes on from any byte', async () => {
    const { headers } = await download();
    for (const start of [1, 511, 512, 1000, whole.length - 1]) {
      const rest = await download({ range: `bytes=${String(start)}-`, 'if-range': headers.etag });
      expect(rest.status).toBe(206);
      expect(rest.headers['content-range']).toBe(
        `bytes ${String(start)}-${String(whole.length - 1)}/${String(whole.length)}`,
      );
      expect(rest.body).toEqual(whole.subarray(start));
    }
    expect(await bytes({ range: 'bytes=100-199' })).toEqual(whole.subarray(100, 200));
  });

  it('begins anew when the bytes have changed meanwhile', async () => {
    const answer = await download({ range: 'bytes=5-', 'if-range': '"another"' });
    expect([answer.status, answer.body]).toEqual([200, whole]);
  });

  it('refuses ranges beyond the end', async () => {
    const answer = await site.send('get', path).set({ 'x-user': 'admin 7', range: 'bytes=999999999-' });
    expect(answer).toMatchObject({ status: 416, body: { code: 'range_not_satisfiable' } });
    expect(answer.headers['content-range']).toBe(`bytes */${String(whole.length)}`);
  });

  it('gives single objects', async () => {
    const file = await readFile(join(site.folder.path, set, 'README.txt'));
    expect(await bytes({}, '?path=README.txt')).toEqual(file);
    expect(await bytes({ range: 'bytes=10-19' }, '?path=README.txt')).toEqual(file.subarray(10, 20));
  });

  it.each([
    '../README.txt',
    '..%2f..%2fetc%2fpasswd',
    '%2fetc%2fpasswd',
    'manifest.json%00',
    `..%2f${'x'.repeat(900)}`,
  ])('has no object %s', async (object) => {
    const answer = await site.ask('get', `${path}?path=${object}`);
    expect(answer).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });

  it('answers HEAD with the length and no bytes', async () => {
    const answer = await site.send('head', path).set('x-user', 'admin 7');
    expect(answer.headers['content-length']).toBe(String(whole.length));
  });

  it('closes what it reads when the client goes away', async () => {
    await site.database.query('CREATE TABLE noise (id INT PRIMARY KEY, bytes LONGBLOB)');
    for (let row = 0; row < 8; row += 1) {
      await site.database.query('INSERT INTO noise VALUES (?, ?)', [row, randomBytes(4_000_000)]);
    }
    const id = await site.backUp();
    const openFiles = (): number =>
      readdirSync('/proc/self/fd').filter((descriptor) => linkOf(descriptor).startsWith(site.folder.path)).length;
    const opened = await new Promise<number>((resolve, reject) => {
      const client = open(`${site.url}${BASE}/${String(id)}/download`, { headers: { 'x-user': 'admin 7' } });
      client.on('response', (response) => {
        let received = 0;
        // far into the one large object, whose rest waits for its reader
        response.on('data', (chunk: Buffer) => {
          received += chunk.length;
          if (received > 2_000_000 && !response.isPaused()) {
            response.pause();
            resolve(openFiles());
            client.destroy();
          }
        });
      });
      client.on('error', reject).end();
    });
    expect(opened).toBe(1);
    // the server is told by the closing of the connection
    while (openFiles() > 0) await new Promise(setImmediate);
    expect(openFiles()).toBe(0);
  });

  it('is refused when the manifest is not the one that the catalog knows', async () => {
    const id = await site.backUp();
    const { backupName } = await site.backups.getBackup(id);
    const sent = site.send('get', `${BASE}/${String(id)}/download?path=manifest.json`).set('x-user', 'admin 7');
    await writeFile(join(site.folder.path, backupName, 'manifest.json'), '{}');
    expect((await sent).body).toMatchObject({ code: 'damaged' });
  });
});

function linkOf(descriptor: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`);
  } catch {
    return '';
  }
}

describe('The import of a backup', () => {
  let here: HttpSite;
  let there: HttpSite;
  let archive: Buffer;
  let members: Members;
  let set: string;

  beforeAll(async () => {
    there = await openHttpSite();
    // what stays as it is, so that there is something to refer to
    await there.database.query('CREATE TABLE fixed (id INT PRIMARY KEY, note VARCHAR(100))');
    here = await openHttpSite({ maxUploadBytes: 1_000_000 });
    const id = await there.backUp();
    set = (await there.backups.getBackup(id)).backupName;
    const download = there.send('get', `${String(id)}/download`).set('x-user', 'admin 7');
    archive = (await download.buffer().responseType('blob')).body as Buffer;
    members = await Promise.all(
      (await there.folder.files()).map(async (file) => [file, await readFile(join(there.folder.path, file))] as const),
    );
  });

  afterAll(async () => {
    await here.close();
    await there.close();
  });

  /** Sends an archive to a site and gives what it said. */
  const send = async (bytes: Buffer, site = here, type = 'application/x-tar', query = '') =>
    site.send('post', `import${query}`).set({ 'x-user': 'admin 7', 'content-type': type }).send(bytes);
  const sendChain = (bytes: Buffer) => send(bytes, here, undefined, '?chain=true');
  const download = async (id: number, query = '') =>
    there
      .send('get', `${String(id)}/download${query}`)
      .set('x-user', 'admin 7')
      .buffer()
      .responseType('blob');

  /** Nothing is listed, and nothing is in storage. */
  const expectNothing = async (site = here): Promise<void> => {
    expect(await site.folder.files()).toEqual([]);
    expect((await site.ask<BackupPage>('get', BASE)).body.items).toEqual([]);
  };

  const without = (key: string): Members => members.filter(([name]) => !name.endsWith(key));
  const replaced = (key: string, content: Buffer): Members => [...without(key), [`${set}/${key}`, content]];

  describe('refuses, and keeps nothing of,', () => {
    it.each<[string, string, () => Promise<Buffer> | Buffer]>([
      ['nothing', 'damaged', () => Buffer.alloc(0)],
      ['what is no archive', 'damaged', () => randomBytes(5000)],
      ['an archive that was cut off', 'damaged', () => archive.subarray(0, archive.length / 2)],
      ['a set without its manifest', 'damaged', () => tar(without('manifest.json'))],
      ['a set that lacks an object', 'damaged', () => tar(without('README.txt'))],
      ['a set with an object that was changed', 'damaged', () => tar(replaced('README.txt', Buffer.from('rm -rf')))],
      [
        'an object that the manifest does not list',
        'damaged',
        () => tar([...members, [`${set}/more`, randomBytes(9)]]),
      ],
      ['a manifest that is none', 'damaged', () => tar(replaced('manifest.json', Buffer.from('{}')))],
      ['an object that comes twice', 'damaged', () => tar([...members, members[0]])],
      ['two sets', 'damaged', () => tar([...members, [`${set.slice(0, -6)}abcdef/README.txt`, randomBytes(9)]])],
      ['a path outside', 'invalid_name', () => tar([['../../etc/cron.d/x', randomBytes(9)], ...members])],
      ['a path outside of its set', 'invalid_name', () => tar([[`${set}/../x`, randomBytes(9)], ...members])],
      ['an absolute path', 'invalid_name', () => tar([['/etc/passwd', randomBytes(9)], ...members])],
      ['a file that is not of a set', 'invalid_name', () => tar([[`${set}/a b`, randomBytes(9)], ...members])],
      ['a link', 'damaged', () => tar(members, { name: `${set}/link`, type: 'symlink', linkname: '/etc' })],
      ['more than it takes', 'payload_too_large', () => tar([[`${set}/large`, randomBytes(1_100_000)], ...members])],
    ])('%s (%s)', async (_, code, bytes) => {
      const { body } = await send(await bytes());
      expect((body as ProblemDetails).code).toBe(code);
      await expectNothing();
    });

    it('a stream that does not say how long it is, and is too long', async () => {
      const large = await tar([[`${set}/large`, randomBytes(3_000_000)]]);
      const code = await upload(here, async (write) => {
        for (let sent = 0; sent < large.length; sent += 500_000) await write(large.subarray(sent, sent + 500_000));
      });
      expect(code).toBe('too_large');
      await expectNothing();
    });

    it('bodies of another type', async () => {
      expect((await send(archive, here, 'application/octet-stream')).status).toBe(415);
      await expectNothing();
    });
  });

  /** Sends in chunks and gives the code of the answer. */
  const upload = (to: HttpSite, produce: (write: (chunk: Buffer) => Promise<void>) => Promise<void>): Promise<string> =>
    new Promise((resolve, reject) => {
      const headers = { 'x-user': 'admin 7', 'content-type': 'application/x-tar' };
      const client = open(`${to.url}${BASE}/import`, { method: 'POST', headers });
      client.on('response', (response) => {
        response.setEncoding('utf8').on('data', (text: string) => {
          resolve((JSON.parse(text) as ProblemDetails).code);
          client.destroy();
        });
      });
      client.on('error', reject);
      const write = (chunk: Buffer): Promise<void> => new Promise((done) => client.write(chunk, () => done()));
      void produce(write).then(() => client.end());
    });

  it('lists a set whose objects are all there, and which can then be restored', async () => {
    const answer = await send(archive);
    const { id, backupName, status } = answer.body as BackupBody;
    expect({ status: answer.status, backupName, state: status }).toEqual({
      status: 201,
      backupName: set,
      state: 'completed',
    });
    expect(answer.headers.location).toBe(`${BASE}/${String(id)}`);
    expect(await here.work('post', `${String(id)}/verify`, {})).toMatchObject({ status: 'finished_ok' });
    const target = `${there.database.name}=${here.database.name}_copy`;
    expect(await here.work('post', `${String(id)}/restore`, { databases: [target] })).toMatchObject({ error: null });
    const rows = await here.database.query(`SELECT COUNT(*) AS n FROM ${here.database.name}_copy.orders`);
    expect(rows).toEqual([{ n: 500 }]);

    const again = await send(archive);
    expect(again).toMatchObject({ status: 409, body: { code: 'busy' } });
    // and while more of it is on its way
    const longer = await send(Buffer.concat([archive, Buffer.alloc(500_000)]));
    expect(longer).toMatchObject({ status: 409, body: { code: 'busy' } });
    expect(await here.folder.files()).toHaveLength(members.length);
  });

  describe('that builds on another', () => {
    /** A full backup, and one of a changed row that builds on it. */
    const chain = async (): Promise<readonly [full: number, incremental: number, name: string]> => {
      const full = await there.backUp({ type: 'full' });
      await there.database.query('UPDATE orders SET note = UUID() WHERE id = 1');
      const incremental = await there.backUp({ type: 'incremental' });
      const { parentId, backupType } = await there.backups.getBackup(incremental);
      expect([parentId, backupType]).toEqual([full, 'incremental']);
      return [full, incremental, (await there.backups.getBackup(full)).backupName];
    };
    const note = async (id: number): Promise<unknown> => {
      const copy = `${here.database.name}_${String(id)}`;
      const databases = [`${there.database.name}=${copy}`];
      expect(await here.work('post', `${String(id)}/restore`, { databases })).toMatchObject({ error: null });
      return here.database.query(`SELECT note FROM ${copy}.orders WHERE id = 1`);
    };
    const noteThere = (): Promise<unknown> => there.database.query('SELECT note FROM orders WHERE id = 1');

    it('is taken when that is here, and says at its download what that is', async () => {
      await there.database.query("INSERT INTO fixed SELECT seq, 'x' FROM seq_1_to_500");
      const [full, incremental, base] = await chain();
      const alone = await download(incremental);
      expect(alone.headers['backup-requires']).toBe(base);
      const kept = await here.folder.files();
      const refused = await send(alone.body as Buffer);
      expect(refused).toMatchObject({ status: 404, body: { code: 'not_found' } });
      expect((refused.body as ProblemDetails).detail).toContain(`builds on ${base}, which is not here`);
      expect(await here.folder.files()).toEqual(kept);

      const whole = await download(full);
      expect(whole.headers['backup-requires']).toBeUndefined();
      const { id: parentId } = (await send(whole.body as Buffer)).body as BackupBody;
      const taken = await send(alone.body as Buffer);
      expect(taken).toMatchObject({ status: 201, body: { parentId, backupType: 'incremental' } });
      expect(await note((taken.body as BackupBody).id)).toEqual(await noteThere());
    });

    it('comes with it in one archive', async () => {
      const [, incremental, base] = await chain();
      const { body, headers } = await download(incremental, '?chain=true');
      expect(headers['content-disposition']).toMatch(/incremental-[0-9a-f]{6}-chain\.tar"$/);
      expect(headers['backup-requires']).toBeUndefined();
      const taken = await sendChain(body as Buffer);
      expect(taken).toMatchObject({ status: 201, body: { backupType: 'incremental' } });
      const { id, parentId } = taken.body as BackupBody;
      expect(await here.backups.getBackup(Number(parentId))).toMatchObject({ backupName: base, backupType: 'full' });
      expect(await note(id)).toEqual(await noteThere());
    });

    it('is refused with all that came with it when it is not whole, in disorder, or refers to what it does not build on', async () => {
      const [, incremental, base] = await chain();
      const both = await untar((await download(incremental, '?chain=true')).body as Buffer);
      const own = both.filter(([name]) => !name.startsWith(base));
      const others = both.filter(([name]) => name.startsWith(base));
      const orphan = own.map(([name, bytes]): [string, Buffer] =>
        name.endsWith('manifest.json')
          ? [name, Buffer.from(JSON.stringify({ ...(JSON.parse(bytes.toString()) as object), parent: null }))]
          : [name, bytes],
      );
      const kept = await here.folder.files();
      for (const [archive, code] of [
        [[...others, ...own.slice(0, -1)], 'damaged'],
        [[...others.slice(1), ...own, others[0]], 'damaged'],
        [[...own, ...others], 'not_found'],
        [[...others, ...orphan], 'damaged'],
        [both, undefined],
      ] as const) {
        const answer = await sendChain(await tar(archive));
        expect([(answer.body as Partial<ProblemDetails>).code, answer.status < 300]).toEqual([
          code,
          code === undefined,
        ]);
        if (code !== undefined) expect(await here.folder.files()).toEqual(kept);
      }
    });
  });
});

/** Files of an archive. */
async function untar(archive: Buffer): Promise<Members> {
  const members: [string, Buffer][] = [];
  const entries = extract();
  entries.end(archive);
  for await (const entry of entries) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    members.push([entry.header.name, Buffer.concat(chunks)]);
  }
  return members;
}

describe('Encrypted backups', () => {
  let keys: KeyFolder;
  let owner: KeyFile;
  let stranger: KeyFile;
  let uploads: TemporaryFolder;
  let copies: TemporaryFolder;
  let from: HttpSite;

  beforeAll(async () => {
    keys = await createKeyFolder();
    owner = await keys.make('owner');
    stranger = await keys.make('stranger');
    uploads = await temporaryFolder('uploads');
    copies = await temporaryFolder('copies');
    from = await openHttpSite(
      {},
      {
        encryption: { key: [owner.recipient], identities: { file: owner.path } },
        files: { uploads: { path: uploads.path } },
      },
    );
    await writeFile(join(uploads.path, 'kept.bin'), noise('kept', 100_000));
    await writeFile(join(uploads.path, 'changed.txt'), 'before');
  });

  afterAll(async () => {
    await from.close();
    await Promise.all([keys, uploads, copies].map((folder) => folder.remove()));
  });

  const download = (id: number, query = '', headers: Record<string, string> = {}) =>
    from
      .send('get', `${String(id)}/download${query}`)
      .set({ 'x-user': 'admin 7', ...headers })
      .buffer()
      .responseType('blob');
  const openSite = (identity: KeyFile | undefined): Promise<HttpSite> =>
    openHttpSite(
      {},
      {
        encryption: { identities: identity === undefined ? undefined : { file: identity.path } },
        files: { uploads: { path: copies.path } },
      },
    );
  const send = async (to: HttpSite, bytes: Buffer, query = '') =>
    to.send('post', `import${query}`).set({ 'x-user': 'admin 7', 'content-type': 'application/x-tar' }).send(bytes);

  it('are not taken where no identity opens them, or another', async () => {
    const { body } = await download(await from.backUp());
    for (const [identity, code] of [
      [undefined, 'identity_missing'],
      [stranger, 'identity_wrong'],
    ] as const) {
      const to = await openSite(identity);
      try {
        const answer = await send(to, body as Buffer);
        expect([answer.status, (answer.body as ProblemDetails).code]).toEqual([409, code]);
        expect(await to.folder.files()).toEqual([]);
      } finally {
        await to.close();
      }
    }
  });

  it('of databases and files travel with what they build on, in a download that is broken off and goes on', async () => {
    const full = await from.backUp({ type: 'full' });
    await from.database.query("UPDATE orders SET note = 'later' WHERE id = 1");
    await writeFile(join(uploads.path, 'changed.txt'), 'after');
    const incremental = await from.backUp({ type: 'incremental' });
    expect((await from.backups.getBackup(incremental)).parentId).toBe(full);

    const whole = await download(incremental, '?chain=true');
    const { etag } = whole.headers;
    const size = Number(whole.headers['content-length']);
    // within the earlier set, between the two, within the later one
    const stops = [0, Math.floor(size / 5), Math.floor(size / 2), size - 5000, size];
    const pieces: Buffer[] = [];
    for (const [index, start] of stops.slice(0, -1).entries()) {
      const range = `bytes=${String(start)}-${String(stops[index + 1] - 1)}`;
      const piece = await download(incremental, '?chain=true', { range, 'if-range': etag });
      expect([piece.status, piece.headers.etag]).toEqual([206, etag]);
      pieces.push(piece.body as Buffer);
    }
    const archive = Buffer.concat(pieces);
    expect(archive.equals(whole.body as Buffer)).toBe(true);
    expect(archive.includes('later')).toBe(false);

    const to = await openSite(owner);
    try {
      const taken = await send(to, archive, '?chain=true');
      expect(taken).toMatchObject({ status: 201, body: { backupType: 'incremental', encryption: true } });
      const { id } = taken.body as BackupBody;
      expect((await to.work('post', `${String(id)}/verify`, {})).error).toBeNull();
      const copy = `${to.database.name}_copy`;
      const databases = [`${from.database.name}=${copy}`];
      // into this host's own folder of that name
      const restored = await to.work('post', `${String(id)}/restore`, { databases, roots: ['uploads'] });
      expect(restored.error).toBeNull();
      expect(await to.database.query(`SELECT note FROM ${copy}.orders WHERE id = 1`)).toEqual([{ note: 'later' }]);
      expect(await readFile(join(copies.path, 'changed.txt'), 'utf8')).toBe('after');
      expect(await readFile(join(copies.path, 'kept.bin'))).toEqual(noise('kept', 100_000));
    } finally {
      await to.close();
    }
  });
});

/** An archive of files, and perhaps of something that is none. */
async function tar(members: Members, odd?: { name: string; type: 'symlink'; linkname: string }): Promise<Buffer> {
  const packing = pack();
  if (odd !== undefined) packing.entry(odd);
  for (const [name, content] of members) packing.entry({ name }, content);
  packing.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of packing) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
