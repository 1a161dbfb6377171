import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { createTestDatabase } from '../support/test-database.js';
import { describeEachServer, describeMysql, mysqlClient } from '../support/test-server.js';

describeEachServer('a server for tests', (server) => {
  it('is what its name says', async () => {
    const database = await createTestDatabase('server', server.url);
    try {
      const [row] = await database.query('SELECT VERSION() AS version');

      expect(String(row.version).includes('MariaDB')).toBe(server.name === 'MariaDB');
    } finally {
      await database.drop();
    }
  });
});

describeMysql("the client of MySQL's server", () => {
  it('is not that of MariaDB', async () => {
    const { stdout } = await promisify(execFile)(mysqlClient(), ['--no-defaults', '--version']);

    expect(stdout).toMatch(/ Ver \d+\.\d+/);
    expect(stdout).not.toContain('MariaDB');
  });
});
