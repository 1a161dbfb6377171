import { OperationTamperedError } from '../../libs/backup/src/catalog/catalog.errors.js';
import { OperationStatus } from '../../libs/backup/src/catalog/catalog.types.js';
import { BackupOperationRepository } from '../../libs/backup/src/catalog/repositories/backup-operation.repository.js';
import type {
  NewOperation,
  OperationFilters,
  OperationSign,
} from '../../libs/backup/src/catalog/repositories/operation-records.js';
import { createCatalogDatabase } from './catalog-database.js';
import type { CatalogDatabase } from './catalog-database.js';

const { CREATED, PLANNED, EXECUTING, FINISHED_OK, FINISHED_ERR } = OperationStatus;

describe('BackupOperationRepository', () => {
  let database: CatalogDatabase;
  let operations: BackupOperationRepository;

  beforeAll(async () => {
    database = await createCatalogDatabase();
    operations = new BackupOperationRepository(database.dataSource);
  });

  beforeEach(() => database.dataSource.query('DELETE FROM backup_controllers'));

  afterAll(() => database.drop());

  const at = (seconds: number) => (): Date => new Date(seconds * 1000 + 999);
  const create = (values: Partial<NewOperation> = {}, seconds = 1_000): Promise<string> =>
    operations.create({ operation: 'backup', type: 'site', plan: { tables: ['shop.orders'] }, ...values }, at(seconds));

  const sign = (fraction: number): OperationSign => ({
    fraction,
    bytes: 20_000_000_000,
    bytesPerSecond: 5_000_000,
    secondsLeft: 3,
  });

  it('gives back an operation with its plan', async () => {
    const plan = { tables: ['shop.orders'], note: 'línea\n"🧾"', level: 3, nested: { keep: null } };
    const backupid = await create({
      plan,
      operation: 'restore',
      type: 'course',
      itemid: 7,
      userid: 42,
      interactive: true,
    });
    expect(backupid).toMatch(/^[0-9a-f]{32}$/);
    const loaded = await operations.load(backupid);
    expect(loaded?.plan).toEqual(plan);
    expect(loaded?.operation).toMatchObject({
      backupid,
      operation: 'restore',
      type: 'course',
      itemid: 7,
      format: 'native',
      interactive: true,
      purpose: 10,
      userid: 42,
      status: CREATED,
      execution: 1,
      executiontime: 0,
      progress: 0,
      createdAt: 1_000,
      updatedAt: 1_000,
    });
    expect(await operations.load('0'.repeat(32))).toBeNull();
  });

  it.each([
    ['plan', "controller = REPLACE(controller, 'shop.orders', 'shop.users')"],
    ['checksum', 'checksum = REVERSE(checksum)'],
  ])('refuses an operation whose %s was changed from outside', async (_, change) => {
    const backupid = await create();
    await database.dataSource.query(`UPDATE backup_controllers SET ${change}`);
    await expect(operations.load(backupid)).rejects.toThrow(OperationTamperedError);
    await expect(operations.load(backupid)).rejects.toMatchObject({ code: 'operation_tampered', backupid });
  });

  it('accepts a plan that was replaced, while the operation is in the state it should be', async () => {
    const backupid = await create();
    expect(await operations.updatePlan(backupid, { tables: [] }, { status: CREATED }, at(2_000))).toBe(true);
    expect(await operations.updatePlan(backupid, { tables: ['late'] }, { status: PLANNED })).toBe(false);
    const loaded = await operations.load(backupid);
    expect(loaded?.plan).toEqual({ tables: [] });
    expect(loaded?.operation.updatedAt).toBe(2_000);
  });

  it('replaces no plan that somebody else has replaced meanwhile', async () => {
    const backupid = await create();
    const checksum = (await operations.load(backupid))?.checksum;
    await operations.updatePlan(backupid, { tables: ['theirs'] });
    expect(await operations.updatePlan(backupid, { tables: ['ours'] }, { checksum })).toBe(false);
    expect((await operations.load(backupid))?.plan).toEqual({ tables: ['theirs'] });
  });

  it('refuses a transition that no operation makes, without touching the row', async () => {
    const backupid = await create();
    await expect(operations.transition(backupid, CREATED, EXECUTING)).rejects.toMatchObject({
      code: 'operation_state',
      message: `Operation ${backupid} cannot go from CREATED to EXECUTING: no operation does.`,
    });
    expect(await operations.find(backupid)).toMatchObject({ status: CREATED });
  });

  it('lets exactly one of many callers win a transition', async () => {
    const backupid = await create();
    const callers = Array.from({ length: 8 }, (_, userid) =>
      operations.transition(backupid, CREATED, PLANNED, { userid }, at(3_000)),
    );
    const wins = await Promise.all(callers);
    expect(wins.filter(Boolean)).toHaveLength(1);
    expect(await operations.find(backupid)).toMatchObject({
      status: PLANNED,
      userid: wins.indexOf(true),
      updatedAt: 3_000,
    });
  });

  it('records heartbeats until the operation is over', async () => {
    const backupid = await create({ status: EXECUTING });
    expect(await operations.heartbeat(backupid, sign(0.1))).toBe(true);
    expect(await operations.heartbeat(backupid, sign(1 / 3), at(4_000))).toBe(true);
    const running = await operations.find(backupid);
    expect(running?.progress).toBeCloseTo(1 / 3, 13);
    expect(running).toMatchObject({
      bytes: 20_000_000_000,
      bytesPerSecond: 5_000_000,
      secondsLeft: 3,
      updatedAt: 4_000,
    });
    expect(await operations.heartbeat(backupid, sign(1.0001))).toBe(true);
    expect((await operations.find(backupid))?.progress).toBe(1);
    await operations.transition(backupid, EXECUTING, FINISHED_ERR);
    expect(await operations.find(backupid)).toMatchObject({ bytesPerSecond: 0, secondsLeft: null });
    expect(await operations.heartbeat(backupid, sign(0.9))).toBe(false);
  });

  it('finds the operations in a state, oldest first', async () => {
    const first = await create();
    const second = await create();
    await operations.transition(await create(), CREATED, FINISHED_OK);
    expect((await operations.findByStatus(CREATED)).map(({ backupid }) => backupid)).toEqual([first, second]);
  });

  it('pages through all operations once, newest first, and filters them', async () => {
    const created: string[] = [];
    for (let index = 0; index < 11; index++) {
      created.push(await create({ operation: index % 2 ? 'verify' : 'backup', userid: index === 4 ? 9 : null }));
    }
    const walk = async (filters: OperationFilters): Promise<string[]> => {
      const walked: string[] = [];
      let before: number | undefined;
      for (;;) {
        const page = await operations.list({ ...filters, before, limit: 3 });
        walked.push(...page.map(({ backupid }) => backupid));
        before = page.at(-1)?.id;
        if (before === undefined) return walked;
      }
    };
    expect(await walk({})).toEqual([...created].reverse());
    expect(await walk({ operation: 'verify' })).toEqual(created.filter((_, index) => index % 2).reverse());
    expect(await walk({ userid: 9, status: CREATED })).toEqual([created[4]]);
    expect(await walk({ status: FINISHED_OK })).toEqual([]);
  });
});
