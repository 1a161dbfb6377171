import { BackupError, BackupModule, type BackupModuleOptions } from '@app/backup';
import { startApplication, unconnectedDatabase } from './module-host.js';

const STORAGE = 'file:///var/backups/shop';

describe('An application with options that cannot work', () => {
  const start = (options: unknown): Promise<unknown> =>
    startApplication({ imports: [unconnectedDatabase(), BackupModule.forRoot(options as BackupModuleOptions)] });

  it.each<[string, unknown, RegExp]>([
    ['no storage', {}, /^BackupModule option storage: .*string/],
    ['a storage that is no URL', { storage: '/var/backups' }, /^The storage URL cannot be read: use file:\/\/\//],
    ['an unknown kind of storage', { storage: 'ftp://host/x' }, /^The storage URL has the unknown kind "ftp:": use /],
    ['a storage on another host', { storage: 'file://nas/x' }, /^The storage URL is not the URL of a local folder/],
    ['a misspelt option', { storage: STORAGE, treads: 2 }, /^BackupModule option treads: there is no such option\.$/],
    ['no threads', { storage: STORAGE, threads: 0 }, /^BackupModule option threads: /],
    ['half a thread', { storage: STORAGE, threads: 1.5 }, /^BackupModule option threads: /],
    ['an unnamed database', { storage: STORAGE, databases: ['shop', ''] }, /^BackupModule option databases\.1: /],
    ['an unknown compression', { storage: STORAGE, compression: 'zip' }, /^"zip" is not a compression: use zstd:1 to/],
    ['tiny ranges', { storage: STORAGE, rangeBytes: 10 }, /^BackupModule option rangeBytes: /],
    ['retention of no day', { storage: STORAGE, retention: { days: 0 } }, /^BackupModule option retention\.days: /],
    ['half a week', { storage: STORAGE, retention: { weekly: 0.5 } }, /^BackupModule option retention\.weekly: /],
    [
      'a negative count',
      { storage: STORAGE, retention: { keepLast: -1 } },
      /^BackupModule option retention\.keepLast: /,
    ],
    [
      'a misspelt retention rule',
      { storage: STORAGE, retention: { dayly: 7 } },
      /^BackupModule option retention\.dayly: there is no such option\.$/,
    ],
    [
      'a time zone that does not exist',
      { storage: STORAGE, retention: { timeZone: 'Europe/Atlantis' } },
      /^BackupModule option retention\.timeZone: is not the name of a time zone such as Europe\/Berlin\.$/,
    ],
    ['negative undo hours', { storage: STORAGE, undoHours: -1 }, /^BackupModule option undoHours: /],
    ['a connection that is no object', { storage: STORAGE, connection: 'mysql' }, /^BackupModule option connection: /],
    [
      'a connection without a user',
      { storage: STORAGE, connection: {} },
      /^BackupModule option connection: must be an object with a user\.$/,
    ],
  ])('does not start with %s, and says so in one line', async (_, options, message) => {
    const failure = await start(options).catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(BackupError);
    expect(failure).toMatchObject({ code: 'invalid_option', message: expect.stringMatching(message) });
    expect((failure as BackupError).message).not.toContain('\n');
  });

  it('repeats no secret of a storage URL', async () => {
    const failure = await start({ storage: 's3://key:topsecret@bucket' }).catch(String);
    expect(failure).not.toContain('topsecret');
  });
});
