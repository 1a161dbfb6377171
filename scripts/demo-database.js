import { randomBytes } from 'node:crypto';

/**
 * Creates a database under a name of its own. `drop` removes it and those derived from it (`<name>_...`, such as a restore's staging).
 *
 * @param {string} serverUrl
 * @returns {Promise<{ name: string, url: string, drop: () => Promise<void> }>}
 */
export async function createDemoDatabase(serverUrl) {
  const name = `nestjs_backup_demo_${randomBytes(6).toString('hex')}`;
  await onServer(serverUrl, `CREATE DATABASE \`${name}\` CHARACTER SET utf8mb4`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    name,
    url: url.href,
    async drop() {
      const databases = await onServer(serverUrl, 'SELECT schema_name AS name FROM information_schema.schemata');
      for (const { name: other } of databases) {
        const found = String(other);
        if (found === name || found.startsWith(`${name}_`)) await onServer(serverUrl, `DROP DATABASE \`${found}\``);
      }
    },
  };
}

/**
 * @param {string} serverUrl
 * @param {string} sql
 */
async function onServer(serverUrl, sql) {
  // The dependencies are not there yet when this file is loaded on a fresh machine.
  const { createConnection } = await import('mysql2/promise');
  const connection = await createConnection(serverUrl);
  try {
    const [rows] = await connection.query(sql);
    return /** @type {import('mysql2/promise').RowDataPacket[]} */ (rows);
  } finally {
    await connection.end();
  }
}
