import { openConsistencyCampaign, READERS, type ConsistencyCampaign } from '../support/consistency-campaign.js';
import { seededRandom } from '../support/crash-moments.js';
import { LEDGER_DIALECTS, ledgerFaults } from '../support/ledger.js';
import type { LedgerTraffic } from '../support/ledger-traffic.js';
import { describeEachServer } from '../support/test-server.js';

// a machine that is busy with other things
jest.setTimeout(120_000);

describeEachServer('a backup of two databases that eight sessions write to', (server) => {
  let campaign: ConsistencyCampaign;
  let traffic: LedgerTraffic | null = null;

  beforeAll(async () => {
    campaign = await openConsistencyCampaign(server, seededRandom(1), 5000);
  });

  afterEach(async () => {
    await traffic?.stop();
    traffic = null;
  });

  afterAll(() => campaign.close());

  it.each(READERS)('is of one moment, for an account with %s', async (reader) => {
    traffic = campaign.traffic(null);
    await traffic.more(20);
    expect(await campaign.attempt(reader)).toMatchObject({ outcome: 'one moment', details: [] });
  });

  it('is of one moment or refused while definitions change', async () => {
    traffic = campaign.traffic(600);
    for (const reader of READERS) {
      await traffic.more(20);
      const { outcome, details } = await campaign.attempt(reader);
      expect({ reader, outcome, faults: outcome === 'FAULT' ? details : [] }).not.toMatchObject({ outcome: 'FAULT' });
    }
  });

  it('would be noticed if it were of two moments', async () => {
    const { books, branch, query } = campaign.ledger;
    const copies = [`${books}_first`, `${books}_later`];
    const copy = async (from: string, to: string): Promise<void> => {
      await query(`CREATE DATABASE ${to}`);
      const tables = await query(`SHOW FULL TABLES FROM ${from} WHERE Table_type = 'BASE TABLE'`);
      for (const name of tables.map((row) => String(Object.values(row)[0])).filter((table) => table !== 'numbers')) {
        await query(
          `CREATE TABLE ${to}.${name} LIKE ${from}.${name}; INSERT INTO ${to}.${name} SELECT * FROM ${from}.${name}`,
        );
      }
    };
    await copy(books, copies[0]);
    await query(LEDGER_DIALECTS[server.name].createNumbers(`${copies[0]}.numbers`, 1_000_000));
    await query(`CREATE VIEW ${copies[0]}.shape_now AS SELECT * FROM ${copies[0]}.shape`);
    traffic = campaign.traffic(null);
    await traffic.more(20);
    await copy(branch, copies[1]);
    expect((await ledgerFaults(query, copies[0], copies[1])).join('; ')).toMatch(/^money: .* entries: .* journals/);
  });
});
