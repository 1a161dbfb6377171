import { Command, CommandRunner, Help, Option } from 'nest-commander';
import { DataSource } from 'typeorm';

import { UsageError } from '../usage-error.js';
import { demoTables } from './demo-data.js';
import { MINIMUM_ROWS } from './demo-plan.js';
import { writeDemoData } from './demo-writer.js';

const DEFAULT_ROWS = 150_000;

interface DemoFillOptions {
  readonly rows: number;
}

@Command({ name: 'demo:fill', description: 'fill an empty database with demonstration data, always the same' })
export class DemoFillCommand extends CommandRunner {
  constructor(private readonly dataSource: DataSource) {
    super();
  }

  override async run(_parameters: string[], options: DemoFillOptions): Promise<void> {
    const started = performance.now();
    const tables = demoTables(options.rows);
    await writeDemoData(this.dataSource, tables);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    const lines = tables.map(({ name, count }) => `${String(count).padStart(10)}  ${name}`);
    process.stderr.write(`${lines.join('\n')}\n${String(options.rows).padStart(10)}  rows in ${seconds} s\n`);
  }

  @Option({ flags: '--rows <number>', description: 'rows over all tables', defaultValue: DEFAULT_ROWS })
  parseRows(value: string): number {
    const rows = Number(value);
    if (!Number.isSafeInteger(rows) || rows < MINIMUM_ROWS) {
      throw new UsageError(`--rows is a whole number from ${MINIMUM_ROWS}, not "${value}".`);
    }
    return rows;
  }

  @Help('after')
  example(): string {
    return '\nExample:\n  host demo:fill --rows 500000';
  }
}
