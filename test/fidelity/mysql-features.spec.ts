import { createConnection } from 'mysql2/promise';
import { runEach } from '../support/run-each.js';
import { RoundTrip } from '../support/fidelity-round-trip.js';
import type { Fingerprint } from '../support/fidelity-fingerprint.js';
import { quoteName } from '../support/fidelity-session.js';
import { mysqlFeatures } from '../support/mysql-features.js';
import { describeMysql } from '../support/test-server.js';

jest.setTimeout(60_000);

describeMysql('a backup of what only MySQL has', (server) => {
  const role = quoteName('backup_feature_owner');
  const features = mysqlFeatures(role);
  let trip: RoundTrip;
  let before: Fingerprint;
  let after: Fingerprint;

  beforeAll(async () => {
    trip = await RoundTrip.start(server, async ({ name, query }) => {
      await query(`CREATE ROLE ${role}`);
      await runAll(server.url, name, [
        "SET sql_mode='STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES', time_zone='+00:00'",
        ...features.flatMap(({ made }) => made),
      ]);
      return { databases: [name], drop: () => query(`DROP ROLE ${role}`).then(() => undefined) };
    });
    [before] = await trip.fingerprints();
    const id = await trip.app.backups.createBackup('database', { databases: trip.fixture.databases });
    await trip.dropAll();
    await trip.app.backups.restore(id);
    [after] = await trip.fingerprints();
  });

  // there is none when the fixture could not be made
  afterAll(() => (trip as RoundTrip | undefined)?.stop());

  it.each(features)('brings back $name', ({ kind, object, shown }) => {
    expect(JSON.stringify(before[kind][object]).replaceAll('\\\\', '\\')).toContain(shown);
    expect(after[kind][object]).toEqual(before[kind][object]);
  });

  it('brings back members that no row has', async () => {
    const members = await trip.database.query(
      `USE ${quoteName(trip.database.name)};
       CREATE TEMPORARY TABLE seen SELECT e, s FROM four_byte_members LIMIT 0;
       INSERT INTO seen VALUES (1, 1), (2, 2), (3, 3);
       SELECT GROUP_CONCAT(e, s ORDER BY e + 0) AS members FROM seen;
       DROP TEMPORARY TABLE seen`,
    );
    expect(members).toContainEqual([{ members: "😀a,bx😀,it's 😁a,x😀" }]);
  });

  it('brings back nothing else', () => {
    expect(after).toEqual(before);
  });

  it.each([
    ['procedure', "CREATE PROCEDURE cut () SELECT 'a\0b'"],
    ['function', 'CREATE FUNCTION cut () RETURNS int NO SQL RETURN 1 /* \0 */'],
    ['event', "CREATE EVENT cut ON SCHEDULE EVERY 1 YEAR DISABLE DO SELECT 'a\0b'"],
  ])('is refused while the server has cut off a %s at a zero byte', async (kind, statement) => {
    await runAll(server.url, trip.database.name, [statement]);
    const backUp = trip.app.backups.createBackup('database', { databases: [trip.database.name] });
    await expect(backUp).rejects.toMatchObject({
      code: 'not_readable',
      message: expect.stringContaining(`${kind} ${trip.database.name}.cut at a zero byte`) as unknown,
    });
    await runAll(server.url, trip.database.name, [`DROP ${kind} cut`]);
  });

  it('is refused while a column has a masking policy, behind which other values may stand', async () => {
    await runAll(server.url, trip.database.name, [
      'CREATE TABLE masked (id int, name varchar(9) MASKING POLICY hides)',
    ]);
    const backUp = trip.app.backups.createBackup('database', { databases: [trip.database.name] });
    await expect(backUp).rejects.toMatchObject({
      code: 'not_readable',
      message: expect.stringContaining(`Table ${trip.database.name}.masked has masking policies on name,`) as unknown,
    });
    await runAll(server.url, trip.database.name, ['DROP TABLE masked']);
  });

  describe('is compared by a fingerprint that shows a change of', () => {
    let latest: Fingerprint;

    beforeAll(() => {
      latest = after;
    });

    it.each(features)('$name', async ({ change }) => {
      await runAll(server.url, trip.database.name, change.split('; '));
      const [changed] = await trip.fingerprints();
      expect(changed).not.toEqual(latest);
      latest = changed;
    });
  });
});

async function runAll(url: string, database: string, statements: readonly string[]): Promise<void> {
  const connection = await createConnection(url);
  try {
    await connection.query(`USE ${quoteName(database)}`);
    await runEach(connection, statements);
  } finally {
    await connection.end();
  }
}
