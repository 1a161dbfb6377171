import { createMysqlFidelityDatabase } from '../support/mysql-fixture.js';
import { testRoundTrip } from '../support/test-round-trip.js';
import { describeMysql } from '../support/test-server.js';

jest.setTimeout(180_000);

describeMysql('a round trip of everything that a logical backup of MySQL can lose', (server) => {
  testRoundTrip(server, ({ query, name }) => createMysqlFidelityDatabase(query, server.url, name));
});
