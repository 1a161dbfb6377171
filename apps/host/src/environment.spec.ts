import { EnvironmentError, readEnvironment } from './environment.js';

const DATABASE_URL = 'mysql://root:secret@127.0.0.1:3306/archive';

describe('readEnvironment', () => {
  it('needs no more than DATABASE_URL', () => {
    expect(readEnvironment({ DATABASE_URL })).toMatchObject({
      databaseUrl: DATABASE_URL,
      port: 3000,
      databases: [],
      configPaths: [],
      isWorker: true,
    });
  });

  it('splits lists and ignores blanks around and between commas', () => {
    const environment = readEnvironment({ DATABASE_URL, BACKUP_DATABASES: ' shop, blog ,,', CONFIG_PATHS: '/etc/a' });
    expect(environment.databases).toEqual(['shop', 'blog']);
    expect(environment.configPaths).toEqual(['/etc/a']);
  });

  it('takes an empty variable for an unset one', () => {
    const environment = readEnvironment({ DATABASE_URL, PORT: '', ADMIN_TOKEN: '', SMTP_URL: '' });
    expect(environment).toMatchObject({ port: 3000, adminToken: undefined, smtpUrl: undefined });
  });

  it.each([
    [{}, /^Cannot start: DATABASE_URL is not set\. Set it to [^\n]+$/],
    [{ DATABASE_URL: 'postgres://u:secret@h/d' }, /^Cannot start: DATABASE_URL is not a database address\. [^\n]+$/],
    [{ DATABASE_URL: 'mysql://u:secret@h' }, /DATABASE_URL is not a database address/],
    [
      { DATABASE_URL: 'mysql://u:secret@h/d?ssl-ca=/nowhere/ca.pem' },
      /^Cannot start: DATABASE_URL names a file as ssl-ca that cannot be read \(ENOENT\)\.$/,
    ],
    [{ DATABASE_URL, PORT: '70000' }, /^Cannot start: PORT is not a port number\.$/],
    [{ DATABASE_URL, BACKUP_WORKER: 'secret' }, /^Cannot start: BACKUP_WORKER is neither true nor false\.$/],
    [{ DATABASE_URL, BACKUP_STORAGE_URL: 'secret' }, /^Cannot start: BACKUP_STORAGE_URL is not a URL\.$/],
  ])('refuses %j in one line that repeats no value', (variables, expected) => {
    const read = () => readEnvironment(variables);
    expect(read).toThrow(EnvironmentError);
    expect(read).toThrow(expected);
    expect(read).not.toThrow(/secret/);
  });
});
