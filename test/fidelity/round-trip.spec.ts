import { createFidelityDatabase } from '../support/fidelity-fixture.js';
import { createPackages, createSystemVersionedTables } from '../support/fidelity-hard-cases.js';
import { testRoundTrip } from '../support/test-round-trip.js';
import { testServerUrl } from '../support/test-server.js';

jest.setTimeout(180_000);

describe('a round trip of everything that a logical backup can lose', () => {
  testRoundTrip({ name: 'MariaDB', url: testServerUrl() }, async ({ query, name }) => {
    const fixture = await createFidelityDatabase(query, name);
    await createPackages(query, name);
    await createSystemVersionedTables(query, name);
    return fixture;
  });
});
