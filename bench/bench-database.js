import { randomBytes } from 'node:crypto';
import { createConnection } from 'mysql2/promise';

/**
 * The three kinds of table that backups meet, in the proportions of 1.2 GB: many short rows, long texts with quotes and
 * line feeds, random blobs.
 *
 * @param {string} serverUrl
 * @param {number} megabytes about this much data in all
 * @returns {Promise<string>} the database's name
 */
export async function createBenchDatabase(serverUrl, megabytes) {
  const name = `backup_bench_${randomBytes(4).toString('hex')}`;
  const connection = await createConnection({ uri: serverUrl });
  const share = megabytes / 1200;
  try {
    await connection.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`);
    await connection.query(`USE ${name}`);
    await connection.query(
      `CREATE TABLE short_rows (id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, user_id INT NOT NULL,
         kind ENUM('a', 'b', 'c') NOT NULL, amount DECIMAL(12,2), ratio DOUBLE, score FLOAT, created DATETIME(3),
         note VARCHAR(40), KEY (user_id), KEY (created))`,
    );
    await connection.query(
      `INSERT INTO short_rows
         SELECT seq, seq * 7919 % 100003, 1 + seq % 3, seq / 100, seq / 7, seq / 3,
                '2020-01-01' + INTERVAL seq SECOND, CONCAT('n ', MD5(seq))
           FROM seq_1_to_${Math.round(4_000_000 * share)}`,
    );
    await connection.query(
      'CREATE TABLE long_texts (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, title VARCHAR(200), body LONGTEXT)',
    );
    await connection.query(
      `INSERT INTO long_texts
         SELECT seq, CONCAT('Title ', seq),
                REPEAT(CONCAT('It''s a "quoted" line ', MD5(seq), '\\nwith line feeds and \\\\\\\\ backslashes ', SHA1(seq), ' '), 30)
           FROM seq_1_to_${Math.round(100_000 * share)}`,
    );
    await connection.query('CREATE TABLE random_blobs (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, data MEDIUMBLOB)');
    const blob = Array.from({ length: 8 }, () => 'RANDOM_BYTES(1024)').join(', ');
    await connection.query(
      `INSERT INTO random_blobs SELECT seq, CONCAT(${blob}) FROM seq_1_to_${Math.round(40_000 * share)}`,
    );
  } finally {
    await connection.end();
  }
  return name;
}
