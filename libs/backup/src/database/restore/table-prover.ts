import type { RangeRecord } from '../../backup-set/manifest.js';
import type { SetObjects } from '../../backup-set/set-objects.js';
import { readDefaultCollations } from '../compatibility/server-features.js';
import { tokenize } from '../ddl/ddl-tokenizer.js';
import { applyEdits, type Edit } from '../ddl/edits.js';
import { tableDifference } from '../ddl/same-table.js';
import { SHORT_BYTES, type SumResult } from '../engine/engine-tasks.js';
import type { EnginePool } from '../engine/engine-pool.js';
import { addSums, NO_ROWS } from '../row-stream/row-sum.js';
import type { ServerConnection } from '../server-connection.js';
import { readTableDefinition } from '../table-definitions.js';
import { tableShape, WHOLE_TABLE } from '../table-rows.js';
import { isUnshownProven } from '../unshown-columns.js';
import { proofFailed } from './restore.errors.js';
import type { RestoredTable } from './restored-table.js';

/** Proves that a filled table holds what was backed up. */
export class TableProver {
  constructor(
    private readonly pool: EnginePool,
    private readonly connection: ServerConnection,
    private readonly objects: SetObjects,
  ) {}

  /**
   * @param expectedDdl the definition that the table has to have by now
   * @throws BackupError `proof_failed`
   */
  async prove(table: RestoredTable, schema: string, expectedDdl: string): Promise<void> {
    const { rows } = table.proof;
    if (rows.kind === 'sum') {
      await this.proveSum(table, schema, rows.json);
    } else {
      await this.proveRanges(table, schema);
    }
    await this.proveDefinition(table, schema, expectedDdl);
  }

  private async proveRanges(table: RestoredTable, schema: string): Promise<void> {
    const shape = tableShape(table);
    await forEachRange(table, async (range) => {
      const result = await this.pool.run({
        kind: 'prove',
        database: schema,
        shape,
        interval: { from: range.from, to: range.to },
        condition: null,
        isShort: this.objects.of(range).plainSize <= SHORT_BYTES,
      });
      if (result.rows !== range.rows || result.plainSha256 !== this.objects.of(range).plainSha256) {
        throw proofFailed(
          table.name,
          `${String(result.rows)} rows are not the ${String(range.rows)} that were backed up`,
        );
      }
    });
    if (table.ranges.length === 0) {
      const whole = {
        kind: 'prove',
        database: schema,
        shape,
        interval: WHOLE_TABLE,
        condition: null,
        isShort: true,
      } as const;
      const { rows } = await this.pool.run(whole);
      if (rows !== 0) {
        throw proofFailed(table.name, `it holds ${String(rows)} rows instead of none`);
      }
    }
  }

  private async proveSum(table: RestoredTable, schema: string, json: readonly string[]): Promise<void> {
    const shape = tableShape(table);
    const stored: SumResult[] = [];
    await forEachRange(table, async (range) => {
      const object = this.objects.of(range);
      stored.push(await this.pool.run({ kind: 'sum object', object, shape, json }));
    });
    const expected = stored.reduce(addSums, NO_ROWS);
    const found = await this.pool.run({ kind: 'sum table', database: schema, shape, json });
    if (found.rows !== expected.rows || found.sum !== expected.sum) {
      throw proofFailed(
        table.name,
        `its ${String(found.rows)} rows are not the ${String(expected.rows)} that were backed up`,
      );
    }
  }

  private async proveDefinition(table: RestoredTable, schema: string, expectedDdl: string): Promise<void> {
    const shown = await readTableDefinition(this.connection, schema, table.name);
    if (!(await isUnshownProven(this.connection, schema, table))) {
      throw proofFailed(
        table.name,
        'members, defaults or reference systems of its columns are not those that were backed up',
      );
    }
    const actual = withoutOldFormat(shown);
    const expected = withoutOldFormat(expectedDdl);
    if (actual === expected) {
      return;
    }
    if (table.proof.definition === 'identical') {
      throw proofFailed(table.name, 'its definition is not the one that was backed up');
    }
    const difference = tableDifference(expected, actual, await readDefaultCollations(this.connection));
    if (difference !== null) {
      throw proofFailed(table.name, `its definition is not the one that was backed up (${difference})`);
    }
  }
}

/** Works on all ranges of a table at once; nothing runs any more when a failure is reported. */
export async function forEachRange(table: RestoredTable, act: (range: RangeRecord) => Promise<void>): Promise<void> {
  const running = table.ranges.map(act);
  await Promise.allSettled(running);
  await Promise.all(running);
}

/** Temporal columns from before MariaDB 5.3 carry a comment; a new table has the new format, and holds the same. */
function withoutOldFormat(ddl: string): string {
  const edits = tokenize(ddl).flatMap(({ kind, text, end }, index, tokens): Edit[] =>
    // with the blank before it
    kind === 'comment' && text === '/* mariadb-5.3 */' ? [{ start: tokens[index - 1].end, end, text: '' }] : [],
  );
  return applyEdits(ddl, edits);
}
