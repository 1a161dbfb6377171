import { rm } from 'node:fs/promises';
import { say, styled } from './demo-terminal.js';

/** What an application does between two backups. */
const CHANGES = [
  [
    'INSERT INTO users (email, display_name, role, created_at)',
    "  VALUES ('grace@example.org', 'Grace', 'teacher', NOW(6))",
  ],
  ['UPDATE grades SET score = score + 1 WHERE id % 10 = 0'],
];

/**
 * The application goes on: rows change.
 *
 * @param {import('mysql2').Connection} connection
 */
export async function goOn(connection) {
  for (const lines of CHANGES) await show(connection, lines);
}

/**
 * A very bad day: the database, its catalog of backups, and the uploads are gone. An empty database takes its place, as
 * whoever rebuilds the server makes it.
 *
 * @param {import('mysql2').Connection} connection
 * @param {string} database
 * @param {string} uploads
 */
export async function loseEverything(connection, database, uploads) {
  await show(connection, [`DROP DATABASE ${database}`]);
  say(styled('dim', '$ rm -r uploads'));
  await rm(uploads, { recursive: true });
  await show(connection, [`CREATE DATABASE ${database} CHARACTER SET utf8mb4`]);
  await connection.promise().query(`USE ${database}`);
}

/**
 * @param {import('mysql2').Connection} connection
 * @param {readonly string[]} lines
 */
async function show(connection, lines) {
  say(styled('dim', `SQL> ${lines.join('\n     ')};`));
  await connection.promise().query(lines.join('\n'));
}
