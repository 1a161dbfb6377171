import { mayMisquoteForeignKeys, withQuotedForeignKeys, type ForeignKeyNames } from './foreign-key-names.js';

const key = (name: string, column: string, referenced: string): ForeignKeyNames => ({
  name,
  columns: [column, 'b'],
  referencedColumns: [referenced, 'y'],
});

const table = (...clauses: string[]): string =>
  `CREATE TABLE \`t\` (\n  \`a\` int COMMENT ' FOREIGN KEY (',\n  ${clauses.join(',\n  ')},\n  CONSTRAINT \`c\` CHECK (\`a\` > 0)\n) ENGINE=InnoDB`;

const clause = (name: string, column: string, referenced: string): string =>
  `CONSTRAINT ${name} FOREIGN KEY (${column}, \`b\`) REFERENCES \`d\`\`b\`.\`p\`\`t\` (${referenced}, \`y\`) ON DELETE CASCADE`;

describe('foreign keys whose names the server may show in quotes that end too early', () => {
  it.each([
    ['of keys', clause('`f``k`', '`a`', '`x`'), clause('`f`k`', '`a`', '`x`'), key('f`k', 'a', 'x')],
    ['of columns', clause('`fk`', '`a```', '`x`'), clause('`fk`', '`a``', '`x`'), key('fk', 'a`', 'x')],
    ['of referenced columns', clause('`fk`', '`a`', '```x`'), clause('`fk`', '`a`', '``x`'), key('fk', 'a', '`x')],
    [
      'with pairs of backticks',
      clause('`f````k`', '`a`', '`x`'),
      clause('`f``k`', '`a`', '`x`'),
      key('f``k', 'a', 'x'),
    ],
  ])('are put right in names %s, and stay where they are right', (_, right, wrong, names) => {
    expect(mayMisquoteForeignKeys(table(wrong))).toBe(true);
    expect(withQuotedForeignKeys(table(wrong), [names])).toBe(table(right));
    expect(withQuotedForeignKeys(table(right), [names])).toBe(table(right));
  });

  it('are told apart where one is shown as another is meant', () => {
    const keys = [key('f`k', 'a', 'x'), key('f``k', 'a', 'x')];
    const [one, two, four] = ['`f`k`', '`f``k`', '`f````k`'].map((name) => clause(name, '`a`', '`x`'));
    expect(withQuotedForeignKeys(table(one, two), keys)).toBe(table(two, four));
    expect(withQuotedForeignKeys(table(two, four), keys)).toBe(table(two, four));
  });

  it('are plain as a rule', () => {
    const plain = clause('`fk`', '`a`', '`x`');
    expect(mayMisquoteForeignKeys(table(plain).replace(' FOREIGN KEY (', ''))).toBe(false);
    expect(withQuotedForeignKeys(table(plain), [key('fk', 'a', 'x')])).toBe(table(plain));
  });

  it('are not guessed at when they are others than the table has', () => {
    expect(withQuotedForeignKeys(table(clause('`f`k`', '`a`', '`x`')), [key('g`k', 'a', 'x')])).toBeNull();
  });
});
