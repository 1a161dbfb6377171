import { renderPairs, renderTable, type Cell, type Column } from './table.js';
import { textWidth } from './wrap-text.js';

const COLUMNS: readonly Column[] = [
  { head: 'ID', align: 'right' },
  { head: 'NAME', narrow: 'wrap' },
  { head: 'WHEN', narrow: 'drop' },
  { head: 'NOTE', narrow: 'drop' },
];
const ROWS: readonly (readonly Cell[])[] = [
  ['7', 'nightly', 'every day at half past three', 'made for the audit of the year'],
  ['12', 'what the archive has, with the photographs', 'each Sunday', ''],
];

const widest = (text: string): number => Math.max(...text.split('\n').map(textWidth));

describe('renderTable', () => {
  it('gives each column what it needs, and a row a line, where lines have no end', () => {
    expect(renderTable(COLUMNS, ROWS, Infinity)).toBe(`\
ID  NAME                                        WHEN                          NOTE
 7  nightly                                     every day at half past three  made for the audit of the year
12  what the archive has, with the photographs  each Sunday
`);
  });

  it('wraps columns first', () => {
    expect(renderTable(COLUMNS, ROWS, 96)).toBe(`\
ID  NAME                            WHEN                          NOTE
 7  nightly                         every day at half past three  made for the audit of the year
12  what the archive has, with the  each Sunday
    photographs
`);
  });

  it('leaves columns out where that is not enough, the last one first', () => {
    expect(renderTable(COLUMNS, ROWS, 60)).toBe(`\
ID  NAME                        WHEN
 7  nightly                     every day at half past three
12  what the archive has, with  each Sunday
    the photographs
`);
    expect(renderTable(COLUMNS, ROWS, 40)).toBe(`\
ID  NAME
 7  nightly
12  what the archive has, with the
    photographs
`);
  });

  it('shows each row as a list where not even that fits', () => {
    const rows = [['7', 'nightly'].concat('twenty-two characters!')];
    const columns: readonly Column[] = [{ head: 'ID' }, { head: 'NAME' }, { head: 'WHEN' }];
    expect(renderTable(columns, [...rows, ...rows], 28)).toBe(`\
ID    7
NAME  nightly
WHEN  twenty-two characters!

ID    7
NAME  nightly
WHEN  twenty-two characters!
`);
  });

  it.each([40, 60, 80, 120])('stays within %i columns with wide letters and words longer than a line', (width) => {
    const rows: readonly (readonly Cell[])[] = [
      ['1', '資料庫'.repeat(30), 'nightly', ''],
      ['2', '🗄️'.repeat(40), 'nightly', 'x'.repeat(300)],
      ['3', 'x'.repeat(300), 'é'.repeat(90), ''],
    ];
    expect(widest(renderTable(COLUMNS, rows, width))).toBeLessThanOrEqual(width);
  });

  it('shows what a terminal would act on as escape sequences, which cannot break a line or its columns', () => {
    const rows = [
      ['a\u001b[2J\nb\u202e', '1'],
      ['plain', '2'],
    ];
    expect(renderTable([{ head: 'NAME' }, { head: 'ID' }], rows, 80)).toBe(String.raw`NAME               ID
a\x1b[2J\nb\u202e  1
plain              2
`);
  });
});

describe('renderPairs', () => {
  it('leaves out what has no value, and indents what goes on', () => {
    const pairs = [
      ['id', '7'],
      ['error', ''],
      ['notes', 'made for the audit of the year before last'],
    ] as const;
    expect(renderPairs(pairs, 30)).toBe(`\
id     7
notes  made for the audit of
       the year before last
`);
  });
});
