import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { databaseTls, DatabaseTlsError } from './database-tls.js';

describe('databaseTls', () => {
  let folder: string;
  let ca: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'database-tls-'));
    ca = join(folder, 'ca.pem');
    await writeFile(ca, 'the authority');
  });

  afterAll(() => rm(folder, { recursive: true }));

  const read = (parameters: string): unknown => databaseTls(`mysql://user:secret@db:3306/shop${parameters}`);

  it('encrypts nothing unless it is asked to', () => {
    expect(read('')).toBeUndefined();
    expect(read('?charset=utf8mb4')).toBeUndefined();
    expect(read(`?ssl-ca=${ca}&ssl-mode=disabled`)).toBeUndefined();
  });

  it('trusts the authority that it is given', () => {
    const expected = { ca: 'the authority', rejectUnauthorized: true, verifyIdentity: false };
    expect(read(`?ssl-ca=${encodeURIComponent(ca)}`)).toEqual(expected);
    expect(read(`?ssl-mode=VERIFY_CA&ssl-ca=${ca}`)).toEqual(expected);
    expect(read(`?ssl-mode=VERIFY_IDENTITY&ssl-ca=${ca}`)).toEqual({ ...expected, verifyIdentity: true });
  });

  it('encrypts for anybody when nothing is to be verified', () => {
    expect(read('?ssl-mode=required')).toEqual({ rejectUnauthorized: false, verifyIdentity: false });
  });

  it.each([
    ['?ssl-mode=PREFERRED', /^has an unknown ssl-mode: there are DISABLED, REQUIRED, /],
    ['?sslmode=require', /^has an unknown parameter sslmode: there are ssl-mode, ssl-ca, ssl-cert, ssl-key$/],
    ['?ssl-ca=/nowhere/ca.pem', /^names a file as ssl-ca that cannot be read \(ENOENT\)$/],
  ])('refuses %s', (parameters, expected) => {
    expect(() => read(parameters)).toThrow(DatabaseTlsError);
    expect(() => read(parameters)).toThrow(expected);
  });
});
