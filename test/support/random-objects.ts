import type { SeededRandom } from '../../apps/host/src/demo/seeded-random.js';
import { SETTINGS } from './fidelity-routines.js';
import { quoteName, quoteText, type CreationSettings } from './fidelity-session.js';
import type { RandomDialect } from './random-columns.js';
import { randomType } from './random-columns.js';
import { randomName, type RandomTable } from './random-tables.js';
import { randomText } from './random-values.js';

/** An object, the settings of the client that makes it, and what is done with it afterwards. */
export interface RandomObject {
  readonly settings: CreationSettings;
  readonly create: string;
  readonly after: readonly string[];
}

/** Views, triggers, routines, events and sequences, as clients of many kinds would have made them. */
export function randomObjects(
  random: SeededRandom,
  dialect: RandomDialect,
  tables: readonly RandomTable[],
): RandomObject[] {
  const makers = [view, trigger, procedure, event, ...(dialect.flavour === 'mariadb' ? [sequence] : [])];
  return Array.from({ length: random.integer(2, 8) }, (_, index) => {
    const [create, ...after] = random.pick(makers)(random, index, tables, dialect);
    // MySQL's client takes such lines for its own, and a set says that it cannot be given them
    const statement = dialect.flavour === 'mysql' ? create.replaceAll('DELIMITER', 'delimit') : create;
    return { settings: randomSettings(random, dialect, statement), create: statement, after };
  });
}

/** Character sets of clients, some of whose letters end in a byte that looks like a backslash. */
const CLIENTS = ['utf8mb4', 'utf8mb4', 'utf8mb3', 'latin1', 'latin2', 'sjis', 'gbk', 'cp1251'];

function randomSettings(random: SeededRandom, { flavour }: RandomDialect, statement: string): CreationSettings {
  const names = random.pick(CLIENTS);
  // MySQL shows such names in another character set than what stands beside them, which a backup refuses
  const isShownInTwo = flavour === 'mysql' && /`[^`]*[^\0-\x7f][^`]*`/.test(statement);
  return {
    sqlMode: random.pick(SETTINGS.map(({ sqlMode }) => sqlMode ?? '').filter((mode) => !mode.includes('ANSI_QUOTES'))),
    names: isShownInTwo ? 'utf8mb4' : names,
    timeZone: random.pick(['+00:00', '+05:30', '-11:00']),
  };
}

function literal(random: SeededRandom): string {
  // a quote or a backslash would be read otherwise in some of the modes
  return `'${randomText(random).replaceAll(/./gsu, kept).slice(0, 60)}'`;
}

/**
 * Servers cut bodies at a zero byte, which the encoders of old character sets make of U+FFFF, and that of latin1 of all units
 * whose lower byte it is.
 */
function kept(letter: string): string {
  const isCut = letter === '\uffff' || letter.split('').some((unit) => unit.charCodeAt(0) % 256 === 0);
  return isCut || letter === "'" || letter === '\\' ? '' : letter;
}

function view(random: SeededRandom, index: number, tables: readonly RandomTable[]): string[] {
  const { name } = random.pick(tables);
  const condition = random.pick(['', ` WHERE ${literal(random)} <> 'x'`, ' WHERE 1 = 1 WITH CHECK OPTION']);
  const columns = random.pick(['*', `t.*, ${literal(random)} AS ${quoteName(randomName(random, 'added'))}`]);
  return [
    `CREATE VIEW ${quoteName(randomName(random, `v${index}`))} AS SELECT ${columns} FROM ${quoteName(name)} t${condition}`,
  ];
}

function trigger(random: SeededRandom, index: number, tables: readonly RandomTable[]): string[] {
  const time = `${random.pick(['BEFORE', 'AFTER'])} ${random.pick(['INSERT', 'UPDATE', 'DELETE'])}`;
  return [
    `CREATE TRIGGER ${quoteName(randomName(random, `t${index}`))} ${time} ON ${quoteName(random.pick(tables).name)} FOR EACH ROW BEGIN SET @x = ${literal(random)}; END`,
  ];
}

function procedure(random: SeededRandom, index: number, _: readonly RandomTable[], dialect: RandomDialect): string[] {
  const parameters = Array.from(
    { length: random.integer(0, 3) },
    (_each, position) => `${random.pick(['IN', 'OUT', 'INOUT'])} p${position} ${parameterType(random, dialect)}`,
  );
  const comment = random.chance(0.3) ? ` COMMENT ${quoteText('plain; "text"')}` : '';
  return [
    `CREATE PROCEDURE ${quoteName(randomName(random, `r${index}`))} (${parameters.join(', ')})${comment} BEGIN -- it's\n SELECT ${literal(random)}; /* ; */ END`,
  ];
}

function parameterType(random: SeededRandom, dialect: RandomDialect): string {
  const { sql, family } = randomType(random, dialect);
  return family === 'shape' || family === 'members' || /COMPRESSED| NULL/.test(sql) ? 'int' : sql;
}

function event(random: SeededRandom, index: number, _: readonly RandomTable[], { flavour }: RandomDialect): string[] {
  const schedule = random.pick([
    'EVERY 1 YEAR',
    "EVERY '1:30' HOUR_MINUTE STARTS '2037-01-01'",
    "AT '2037-06-01 12:00:00'",
    "EVERY 3 MONTH STARTS '2036-12-31 23:59:59' ENDS '2037-12-31'",
  ]);
  const completion = random.pick(['', ' ON COMPLETION PRESERVE']);
  return [
    `CREATE EVENT ${quoteName(`e${index}`)} ON SCHEDULE ${schedule}${completion} ${random.pick(['DISABLE', 'ENABLE', flavour === 'mariadb' ? 'DISABLE ON SLAVE' : 'DISABLE ON REPLICA'])} DO SELECT ${literal(random)}`,
  ];
}

function sequence(random: SeededRandom, index: number): string[] {
  const name = quoteName(randomName(random, `s${index}`));
  const increment = random.pick([1, 1, 7, -1, -3]);
  const least = random.pick([-10, 1, 5]);
  const most = random.pick([6, 100, 9_223_372_036_854_775_000n]);
  return [
    `CREATE SEQUENCE ${name} INCREMENT BY ${increment} MINVALUE ${least} MAXVALUE ${most} ${random.pick(['NOCACHE', 'CACHE 2', 'CACHE 50'])} ${random.pick(['CYCLE', 'NOCYCLE'])}`,
    ...Array.from({ length: random.integer(0, 9) }, () => `DO NEXTVAL(${name})`),
  ];
}
