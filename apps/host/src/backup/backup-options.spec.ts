import { readEnvironment } from '../environment.js';
import { backupOptions } from './backup-options.js';

const DATABASE_URL = 'mysql://root:secret@127.0.0.1:3306/archive';

describe('The roots of configuration', () => {
  it.each([
    ['are called after their files', '/srv/app/.env,/etc/nginx', { env: '/srv/app/.env', nginx: '/etc/nginx' }],
    ['of one name are numbered', '/a/env,/b/env,/c/env', { env: '/a/env', 'env-2': '/b/env', 'env-3': '/c/env' }],
    [
      'are all there when one is called like a number of another',
      '/a/env-2,/b/env,/c/env',
      { 'env-2': '/a/env-2', env: '/b/env', 'env-3': '/c/env' },
    ],
  ])('%s', (_what, CONFIG_PATHS, expected) => {
    const { configuration = {} } = backupOptions(readEnvironment({ DATABASE_URL, CONFIG_PATHS }));
    expect(Object.fromEntries(Object.entries(configuration).map(([name, { path }]) => [name, path]))).toEqual(expected);
  });
});
