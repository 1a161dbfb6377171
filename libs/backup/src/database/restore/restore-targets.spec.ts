import { buildDatabase, buildManifest, buildTable, SET_NAME } from '../../../../../test/support/manifest-builder.js';
import type { TriggerRecord, ViewRecord } from '../../backup-set/manifest.js';
import { restoreTargets, scratchSchema, type RestoreSelection } from './restore-targets.js';

const OPERATION = '3f9c2a1b'.padEnd(32, '0');
const CATALOG = { database: 'shop', tables: ['backup_history', 'backup_logs'] };

const definition = (name: string): Omit<ViewRecord, 'columns'> => ({ name, ddl: 'CREATE ...', encoding: 'utf8' });
const trigger = (name: string, table: string): TriggerRecord => ({ ...definition(name), table });

const MANIFEST = buildManifest({
  databases: [
    buildDatabase('shop', {
      tables: ['backup_history', 'backup_logs', 'orders', 'prices'].map((name) => buildTable(name)),
      sequences: [{ name: 'numbers', ddl: 'CREATE SEQUENCE ...', nextValue: '1', cycles: 0 }],
      views: [{ ...definition('lamps'), columns: ['id'] }],
      routines: [{ ...definition('total'), kind: 'FUNCTION' }],
      triggers: [trigger('on_orders', 'orders'), trigger('on_prices', 'prices'), trigger('on_logs', 'backup_logs')],
      events: [definition('nightly')],
    }),
    buildDatabase('blog', { tables: [buildTable('orders'), buildTable('backup_logs')] }),
  ],
});

interface Summary {
  readonly live: string;
  readonly tables: string[];
  readonly sequences: string[];
  readonly objects: string[];
}

function targets(selection: Partial<RestoreSelection> = {}): Summary[] {
  return restoreTargets(MANIFEST, { databases: [], tables: [], ...selection }, CATALOG, OPERATION).map((target) => ({
    live: target.live,
    tables: target.tables.map(({ name }) => name),
    sequences: target.sequences.map(({ name }) => name),
    objects: target.objects.map(({ definition: { name } }) => name),
  }));
}

function refusal(selection: Partial<RestoreSelection>): unknown {
  try {
    return targets(selection);
  } catch (error) {
    return error;
  }
}

const as = (from: string, to = from): RestoreSelection['databases'][number] => ({ from, to });

const SHOP = {
  live: 'shop',
  tables: ['orders', 'prices'],
  sequences: ['numbers'],
  objects: ['total', 'lamps', 'on_orders', 'on_prices', 'nightly'],
};
const BLOG = { live: 'blog', tables: ['orders', 'backup_logs'], sequences: [], objects: [] };

describe('restoreTargets', () => {
  it.each<[string, Partial<RestoreSelection>, Summary[]]>([
    ['everything but the catalog, which has the same table names elsewhere', {}, [SHOP, BLOG]],
    ['one database', { databases: [as('blog')] }, [BLOG]],
    [
      'a database under another name, with the catalog tables that it holds',
      { databases: [as('shop', 'copy')] },
      [
        {
          ...SHOP,
          live: 'copy',
          tables: ['backup_history', 'backup_logs', 'orders', 'prices'],
          objects: ['total', 'lamps', 'on_orders', 'on_prices', 'on_logs', 'nightly'],
        },
      ],
    ],
    [
      'another database in place of the catalog’s, without its catalog tables',
      { databases: [as('blog', 'shop')] },
      [{ ...BLOG, live: 'shop', tables: ['orders'] }],
    ],
    [
      'a table of every database that has it, with its triggers and nothing that stands on several tables',
      { tables: ['orders'] },
      [
        { live: 'shop', tables: ['orders'], sequences: [], objects: ['on_orders'] },
        { live: 'blog', tables: ['orders'], sequences: [], objects: [] },
      ],
    ],
    [
      'a table of one database',
      { databases: [as('shop')], tables: ['shop.prices'] },
      [{ live: 'shop', tables: ['prices'], sequences: [], objects: ['on_prices'] }],
    ],
    [
      'a sequence',
      { databases: [as('shop')], tables: ['numbers'] },
      [{ live: 'shop', tables: [], sequences: ['numbers'], objects: [] }],
    ],
  ])('restores %s', (_, selection, expected) => {
    expect(targets(selection)).toEqual(expected);
  });

  it.each<[string, Partial<RestoreSelection>, string, string]>([
    [
      'a database',
      { databases: [as('wiki')] },
      'not_found',
      `Backup ${SET_NAME} holds no database wiki: it holds shop, blog.`,
    ],
    [
      'a table',
      { databases: [as('blog')], tables: ['prices'] },
      'not_found',
      `Backup ${SET_NAME} holds no table prices: it holds blog.`,
    ],
    [
      'a table of another database',
      { databases: [as('blog')], tables: ['shop.orders'] },
      'not_found',
      'holds no table shop.orders',
    ],
    ['the second of two tables', { tables: ['orders', 'shop.prise'] }, 'not_found', 'holds no table shop.prise'],
  ])('refuses %s that the set does not hold, and says what it holds', (_, selection, code, message) => {
    expect(refusal(selection)).toMatchObject({ code, message: expect.stringContaining(message) });
  });

  it.each<[string, Partial<RestoreSelection>, string]>([
    ['two databases under one name', { databases: [as('shop', 'x'), as('blog', 'x')] }, 'invalid_option'],
    ['into a schema of the server itself', { databases: [as('shop', 'MySQL')] }, 'invalid_option'],
    ['a table of the catalog', { databases: [as('shop')], tables: ['backup_history'] }, 'restore_blocked'],
  ])('never restores %s', (_, selection, code) => {
    expect(refusal(selection)).toMatchObject({ code });
  });

  it('names scratch schemas after the live one and the operation', () => {
    const [{ staging, undo }] = restoreTargets(
      MANIFEST,
      { databases: [as('blog', 'copy')], tables: [] },
      CATALOG,
      OPERATION,
    );
    expect([staging, undo]).toEqual(['copy_restore_3f9c2a1b', 'copy_undo_3f9c2a1b']);
  });
});

describe('scratchSchema', () => {
  it.each([
    ['shop', 'shop_restore_3f9c2a1b'],
    ['x'.repeat(47), `${'x'.repeat(47)}_restore_3f9c2a1b`],
    ['x'.repeat(64), `${'x'.repeat(47)}_restore_3f9c2a1b`],
    ['表'.repeat(64), `${'表'.repeat(47)}_restore_3f9c2a1b`],
  ])('keeps %s within the server’s 64 characters', (database, name) => {
    expect(scratchSchema(database, 'restore', OPERATION)).toBe(name);
  });
});
