import type { DataSource, QueryRunner } from 'typeorm';

import { type DemoRow, type DemoTable, rowsOf } from './demo-table.js';

/** Of a few hundred bytes each, except thumbnails: well below the smallest default of max_allowed_packet, 16 MiB. */
const ROWS_PER_STATEMENT = 500;

/** The database holds data already. */
export class DatabaseNotEmptyError extends Error {
  override readonly name = 'DatabaseNotEmptyError';
}

/**
 * Inserts all rows in one transaction: a fill that fails leaves nothing behind.
 * @throws DatabaseNotEmptyError when one of the tables has a row.
 */
export async function writeDemoData(dataSource: DataSource, tables: readonly DemoTable[]): Promise<void> {
  const queryRunner = dataSource.createQueryRunner();
  try {
    await refuseExistingRows(queryRunner, tables);
    // TIMESTAMP columns: hours skipped by a time zone's clock change are errors in any other zone.
    await queryRunner.query(`SET time_zone = '+00:00'`);
    await queryRunner.startTransaction();
    for (const table of tables) await insertRows(queryRunner, table);
    await queryRunner.commitTransaction();
  } catch (error) {
    if (queryRunner.isTransactionActive) await queryRunner.rollbackTransaction();
    throw error;
  } finally {
    await queryRunner.release();
  }
}

async function refuseExistingRows(queryRunner: QueryRunner, tables: readonly DemoTable[]): Promise<void> {
  for (const { name } of tables) {
    const found: unknown = await queryRunner.query(`SELECT 1 FROM \`${name}\` LIMIT 1`);
    if (Array.isArray(found) && found.length > 0) {
      throw new DatabaseNotEmptyError(
        `Cannot fill the database: table \`${name}\` already has rows. Demo data goes into an empty database only.`,
      );
    }
  }
}

async function insertRows(queryRunner: QueryRunner, table: DemoTable): Promise<void> {
  const columns = table.columns.map((column) => `\`${column}\``).join(', ');
  const statement = `INSERT INTO \`${table.name}\` (${columns}) VALUES ?`;
  for (const rows of batches(rowsOf(table))) await queryRunner.query(statement, [rows]);
}

function* batches(rows: Iterable<DemoRow>): Generator<DemoRow[]> {
  let batch: DemoRow[] = [];
  for (const row of rows) {
    batch.push(row);
    if (batch.length === ROWS_PER_STATEMENT) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}
