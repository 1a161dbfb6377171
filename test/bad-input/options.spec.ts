import type { BackupModuleOptions } from '@app/backup';
import { startBackupApp } from '../support/bad-input-app.js';
import { failureOf } from '../support/bad-input-refusal.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

// a machine that is busy with other things
jest.setTimeout(30_000);

describe('malformed options of forRoot', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase('bad_input');
  });

  afterAll(() => database.drop());

  const storage = 'file:///var/backups/shop';
  const NO_STORAGE =
    'BackupModule option storage: must be a string, file:///absolute/folder, or a driver, { module, options }.';
  const NOT_A_URL = 'use file:///absolute/path of a folder that exists.';

  it.each<[string, object, string]>([
    ['no storage', {}, NO_STORAGE],
    ['an empty storage', { storage: '' }, `The storage URL cannot be read: ${NOT_A_URL}`],
    ['a path for a URL', { storage: '/var/backups' }, `The storage URL cannot be read: ${NOT_A_URL}`],
    ['an S3 bucket', { storage: 's3://bucket/shop' }, `The storage URL has the unknown kind "s3:": ${NOT_A_URL}`],
    ['a password', { storage: 'sftp://me:secret@host/' }, `The storage URL has the unknown kind "sftp:": ${NOT_A_URL}`],
    [
      'another host',
      { storage: 'file://nas/backups' },
      `The storage URL is not the URL of a local folder: ${NOT_A_URL}`,
    ],
    [
      'an escaped slash',
      { storage: 'file:///a%2Fb' },
      `The storage URL is not the URL of a local folder: ${NOT_A_URL}`,
    ],
    ['a number for a storage', { storage: 7 }, NO_STORAGE],
    [
      'an unknown compression',
      { storage, compression: 'zip' },
      '"zip" is not a compression: use zstd:1 to zstd:19, gzip:1 to gzip:9, or none.',
    ],
    [
      'too high a level',
      { storage, compression: 'zstd:20' },
      '"zstd:20" is not a compression: use zstd:1 to zstd:19, gzip:1 to gzip:9, or none.',
    ],
    [
      'too low a level',
      { storage, compression: 'gzip:0' },
      '"gzip:0" is not a compression: use zstd:1 to zstd:19, gzip:1 to gzip:9, or none.',
    ],
    ['no threads', { storage, threads: 0 }, 'BackupModule option threads: Too small: expected number to be >=1.'],
    ['too many threads', { storage, threads: 65 }, 'BackupModule option threads: Too big: expected number to be <=64.'],
    [
      'half a thread',
      { storage, threads: 1.5 },
      'BackupModule option threads: Invalid input: expected int, received number.',
    ],
    [
      'a list that is none',
      { storage, databases: 'shop' },
      'BackupModule option databases: Invalid input: expected array, received string.',
    ],
    [
      'a database without a name',
      { storage, databases: [''] },
      'BackupModule option databases.0: Too small: expected string to have >=1 characters.',
    ],
    [
      'a URL for a connection',
      { storage, connection: 'mysql://u:secret@h/' },
      'BackupModule option connection: must be an object with a user.',
    ],
    ['an option that there is none of', { storage, thread: 2 }, 'BackupModule option thread: there is no such option.'],
    [
      'a negative undo time',
      { storage, undoHours: -1 },
      'BackupModule option undoHours: Too small: expected number to be >=0.',
    ],
  ])('%s keeps the application from starting', async (_name, options, message) => {
    const error = await failureOf(() => startBackupApp(database.url, options as BackupModuleOptions));
    expect(error.message).toBe(message);
    expect(error.code).toBe('invalid_option');
  });
});
