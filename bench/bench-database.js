const SMALL_TABLE_ROWS = 20;

/** Hexadecimal digits that look random; MySQL 9 has neither MD5() nor SHA1(). */
export const digits = (/** @type {string} */ value, /** @type {number} */ count) =>
  `LEFT(SHA2(${value}, 256), ${count})`;

/**
 * The three kinds of table that backups meet, in the proportions of 1.2 GB: many short rows, long texts with quotes and
 * line feeds, random blobs.
 *
 * @param {import('./bench-server.js').BenchServer} server
 * @param {number} megabytes about this much data in all
 * @param {string} [name]
 * @returns {Promise<string>} the database's name
 */
export async function createLargeDatabase(server, megabytes, name = 'bench_large') {
  const share = megabytes / 1200;
  const count = (/** @type {number} */ rows) => Math.max(1, Math.round(rows * share));
  await server.run([
    `CREATE DATABASE ${name} CHARACTER SET utf8mb4`,
    `USE ${name}`,
    ...withNumbers(count(4_000_000)),
    `CREATE TABLE short_rows (id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, user_id INT NOT NULL,
       kind ENUM('a', 'b', 'c') NOT NULL, amount DECIMAL(12,2), ratio DOUBLE, score FLOAT, created DATETIME(3),
       note VARCHAR(40), KEY (user_id), KEY (created))`,
    `INSERT INTO short_rows
       SELECT n, n * 7919 % 100003, 1 + n % 3, n / 100, n / 7, n / 3,
              '2020-01-01' + INTERVAL n SECOND, CONCAT('n ', ${digits('n', 32)})
         FROM numbers`,
    'CREATE TABLE long_texts (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, title VARCHAR(200), body LONGTEXT)',
    `INSERT INTO long_texts
       SELECT n, CONCAT('Title ', n),
              REPEAT(CONCAT('It''s a "quoted" line ', ${digits('n', 32)}, '\\nwith line feeds and \\\\\\\\ backslashes ', ${digits('-n', 40)}, ' '), 30)
         FROM numbers WHERE n <= ${count(100_000)}`,
    'CREATE TABLE random_blobs (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, data MEDIUMBLOB)',
    `INSERT INTO random_blobs
       SELECT n, CONCAT(${Array.from({ length: 8 }, () => 'RANDOM_BYTES(1024)').join(', ')})
         FROM numbers WHERE n <= ${count(40_000)}`,
    'DROP TABLE numbers',
  ]);
  return name;
}

/**
 * Many tables of a few rows each, as applications with a plugin system have them.
 *
 * @param {import('./bench-server.js').BenchServer} server
 * @param {number} tables
 * @returns {Promise<string>} the database's name
 */
export async function createSmallDatabase(server, tables) {
  await server.run([
    'CREATE DATABASE bench_small CHARACTER SET utf8mb4',
    'USE bench_small',
    ...withNumbers(SMALL_TABLE_ROWS),
    ...Array.from({ length: tables }, (_, index) => `t${String(index).padStart(5, '0')}`).flatMap((table) => [
      `CREATE TABLE ${table} (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, name VARCHAR(100) NOT NULL, value TEXT,
         changed DATETIME NOT NULL, KEY (name), KEY (changed))`,
      `INSERT INTO ${table} SELECT n, CONCAT('name ', n), ${digits('n', 32)}, '2026-01-01' FROM numbers`,
    ]),
    'DROP TABLE numbers',
  ]);
  return 'bench_small';
}

/**
 * Statements that make a table of the numbers from 1 on.
 *
 * @param {number} count
 */
export function withNumbers(count) {
  const doublings = Math.ceil(Math.log2(count));
  return [
    'CREATE TABLE numbers (n INT NOT NULL PRIMARY KEY)',
    'INSERT INTO numbers VALUES (1)',
    ...Array.from({ length: doublings }, (_, power) => {
      const shift = 2 ** power;
      return `INSERT INTO numbers SELECT n + ${shift} FROM numbers WHERE n + ${shift} <= ${count}`;
    }),
  ];
}
