import { startMariadb, startMysql, type ThrowawayServer } from '../../scripts/throwaway-server.js';

export interface TestServer {
  readonly name: 'MariaDB' | 'MySQL';
  /** URL without a database; it carries the password of a user who may do everything. */
  readonly url: string;
}

const MARIADB: TestServer = {
  name: 'MariaDB',
  get url() {
    return testServerUrl();
  },
};

const MYSQL: TestServer = {
  name: 'MySQL',
  get url() {
    return provided('TEST_MYSQL_URL');
  },
};

/** URL of the server that `npm test` provides, without a database; it carries the password of a user who may do everything. */
export function testServerUrl(): string {
  return provided('TEST_DATABASE_URL');
}

/** The path of MySQL's own client. */
export function mysqlClient(): string {
  return provided('TEST_MYSQL_CLIENT');
}

/** Starts a server of the same kind with options of its own; whoever does stops it. */
export function startOtherServer({ name }: TestServer, options: readonly string[]): Promise<ThrowawayServer> {
  return name === 'MySQL' ? startMysql({ program: provided('TEST_MYSQL_SERVER'), options }) : startMariadb({ options });
}

/** `describe` for what only MySQL has; skipped, with the reason in the title, where there is no MySQL server. */
export function describeMysql(title: string, suite: (server: TestServer) => void): void {
  const missing = whyMysqlIsMissing();
  if (missing === undefined) describe(title, () => suite(MYSQL));
  else describe.skip(`${title} (skipped: ${missing})`, () => suite(MYSQL));
}

/** `describe`, once a server: `<title> on MariaDB` and `<title> on MySQL`. */
export function describeEachServer(title: string, suite: (server: TestServer) => void): void {
  describe(`${title} on ${MARIADB.name}`, () => suite(MARIADB));
  describeMysql(`${title} on ${MYSQL.name}`, suite);
}

function whyMysqlIsMissing(): string | undefined {
  if (process.env.TEST_MYSQL_URL) return undefined;
  return process.env.TEST_MYSQL_MISSING ?? 'TEST_MYSQL_URL is not set, which `npm test` does';
}

function provided(name: string): string {
  const value = process.env[name];
  if (value) return value;
  throw new Error(
    `${name} is not set: tests need the database servers that \`npm test\` provides. Run one file with ` +
      '`npm test -- path/to/file`, or set TEST_DATABASE_URL, TEST_MYSQL_URL, TEST_MYSQL_CLIENT and TEST_MYSQL_SERVER (the ' +
      'paths of mysql and mysqld) to servers where databases may be created.',
  );
}
