import { withoutWording, type Fingerprint } from './fidelity-fingerprint.js';
import type { FidelityDatabase } from './fidelity-fixture.js';
import { RoundTrip } from './fidelity-round-trip.js';
import { quoteName } from './fidelity-session.js';
import type { TestDatabase } from './test-database.js';
import type { TestServer } from './test-server.js';

/** What must hold on every server, for everything that a logical backup can lose there. */
export function testRoundTrip(
  server: TestServer,
  createFixture: (database: TestDatabase) => Promise<FidelityDatabase>,
): void {
  let trip: RoundTrip;
  let before: Fingerprint[];
  /** A backup of everything, which is dropped then. */
  let whole: number;
  const fingerprints = async (): Promise<Fingerprint[]> => (await trip.fingerprints()).map(withoutWording);

  beforeAll(async () => {
    trip = await RoundTrip.start(server, createFixture);
    before = await fingerprints();
  });

  // there is none when the fixture could not be made
  afterAll(() => (trip as RoundTrip | undefined)?.stop());

  it('brings databases back that were dropped, and takes that back', async () => {
    const { backups } = trip.app;
    whole = await backups.createBackup('database', { databases: trip.fixture.databases });
    await backups.verifyBackup(whole, 'full');
    await trip.dropAll();

    await backups.restore(whole);
    expect(await fingerprints()).toEqual(before);
    await backups.undoRestore(whole);
    expect(await trip.scratchSchemas()).toEqual([]);
  });

  it('comes back with stock programs alone, as README.txt of the set says', async () => {
    const { backupName } = await trip.app.backups.getBackup(whole);

    expect(await trip.followReadme(backupName)).toBe('');
    expect(await fingerprints()).toEqual(before);
  });

  it('brings a damaged database back, and the damage when it is undone', async () => {
    const { backups } = trip.app;
    const id = await backups.createBackup('database', { databases: trip.fixture.databases, compression: 'gzip:1' });
    await damage(trip.database);
    const damaged = await fingerprints();
    expect(damaged).not.toEqual(before);

    await backups.restore(id);
    expect(await fingerprints()).toEqual(before);
    await backups.undoRestore(id);
    expect(await fingerprints()).toEqual(damaged);
  });
}

/** The kinds of damage that a restore is for, in one session. */
async function damage(database: TestDatabase): Promise<void> {
  const statements = [
    `USE ${quoteName(database.name)}`,
    'SET foreign_key_checks=0',
    'DROP TABLE tree',
    'DELETE FROM floats',
    "UPDATE texts SET v = 'lost'",
    'DROP VIEW first_view',
    'DROP TRIGGER IF EXISTS on_myisam',
    'ALTER TABLE no_key ADD COLUMN extra int',
    'SET foreign_key_checks=DEFAULT',
  ];
  await database.query(statements.join(';\n'));
}
