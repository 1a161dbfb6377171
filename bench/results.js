import { writeFile } from 'node:fs/promises';
import { cpus, totalmem, type } from 'node:os';
import { inProject } from '../scripts/project.js';
import { compare } from './contest.js';
import { median } from './statistics.js';

/** @typedef {import('./contest.js').Result} Result */

/** @type {Record<import('./bench-server.js').Flavour, string>} */
const FILES = { mariadb: 'results.md', mysql: 'results-mysql.md' };

/**
 * Prints the results, and keeps them in bench/results.md, those of MySQL in bench/results-mysql.md.
 *
 * @param {readonly Result[]} results
 * @param {{ rounds: number, server: import('./bench-server.js').BenchServer }} conditions
 */
export async function report(results, { rounds, server }) {
  const text = [
    '# Results',
    '',
    await conditionsText(server, rounds),
    '',
    '## Budgets',
    '',
    'Ours as a share of theirs: the median of the ratios of each round, and the range of those.',
    '',
    ...table(
      ['work', 'against', 'at most', 'measured', 'rounds', ''],
      results.flatMap((result) => budgetRows(result)),
    ),
    '',
    ...results.flatMap((result) => [`## ${result.contest.title}`, '', ...runsTable(result), '']),
  ].join('\n');
  process.stdout.write(`\n${text}\n`);
  await writeFile(inProject('bench', FILES[server.flavour]), `${text.trimEnd()}\n`);
}

/**
 * @param {import('./bench-server.js').BenchServer} server
 * @param {number} rounds
 */
async function conditionsText(server, rounds) {
  const processors = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  const [{ version }] = await server.query('SELECT VERSION() AS version');
  return [
    `${new Date().toISOString().slice(0, 10)}, ${type()}, ${processors.length} × ${processors[0].model.trim()},`,
    `${memory} GiB of memory, Node ${process.versions.node}. Server: ${version} with \`${server.settings.join(' ')}\`,`,
    `on the same machine. Rounds, in each of which all run in turn: ${rounds}. Medians. Times include the start of the programs;`,
    'CPU seconds are those of the programs (client) and of the server meanwhile, peak memory is that of the programs.',
  ].join('\n');
}

/**
 * @param {Result} result
 * @returns {string[][]}
 */
function budgetRows(result) {
  return result.contest.budgets.map(({ against, atMost }) => {
    const { ratio, least, most } = compare(result, against);
    return [
      result.contest.title,
      `\`${against}\``,
      atMost.toFixed(2),
      ratio.toFixed(2),
      `${least.toFixed(2)} to ${most.toFixed(2)}`,
      ratio <= atMost ? 'met' : '**missed**',
    ];
  });
}

/** @param {Result} result */
function runsTable({ contest, runs }) {
  const rows = [...runs].map(([name, measurements]) => {
    const of = (/** @type {'seconds' | 'clientSeconds' | 'serverSeconds' | 'peakMebibytes'} */ field) =>
      median(measurements.map((measurement) => measurement[field]));
    return [
      `\`${name}\``,
      of('seconds').toFixed(2),
      (contest.amount / of('seconds')).toFixed(0),
      of('clientSeconds').toFixed(1),
      of('serverSeconds').toFixed(1),
      of('peakMebibytes').toFixed(0),
    ];
  });
  return table(['', 'seconds', `${contest.unit}/s`, 'client CPU, s', 'server CPU, s', 'peak memory, MiB'], rows);
}

/**
 * @param {readonly string[]} header
 * @param {readonly (readonly string[])[]} rows
 */
function table(header, rows) {
  const lines = [header, header.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`);
}
