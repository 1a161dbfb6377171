import { BackupError } from '@app/backup';
import { createBackupFolder, startModuleHost, type BackupFolder, type ModuleHost } from '../module/module-host.js';
import { createAccount, type Account } from './bad-input-account.js';
import { createLedger, ledgerFaults, type Ledger } from './ledger.js';
import { LedgerTraffic } from './ledger-traffic.js';
import type { TestServer } from './test-server.js';

/** Whose backups: one that may do everything, one that may not see InnoDB's ids, one that may take no lock. */
export const READERS = ['everything', 'no PROCESS', 'SELECT'] as const;
export type Reader = (typeof READERS)[number];

/** What else they need to see everything that they back up, and to take the lock of the server. */
const GRANTS: Readonly<Record<TestServer['name'], { readonly see: string; readonly lock: string }>> = {
  MariaDB: { see: 'SELECT ON mysql.proc', lock: 'RELOAD ON *.*' },
  MySQL: { see: 'SHOW_ROUTINE ON *.*', lock: 'RELOAD, BACKUP_ADMIN ON *.*' },
};

export interface ConsistencyResult {
  readonly reader: Reader;
  readonly outcome: 'one moment' | 'refused' | 'FAULT';
  /** Why it was refused, or what does not belong together. */
  readonly details: readonly string[];
  readonly milliseconds: number;
}

export interface ConsistencyCampaign {
  readonly ledger: Ledger;
  /** Starts the application. */
  readonly traffic: (betweenChanges: number | null) => LedgerTraffic;
  /** Backs the ledger up, restores it under other names and looks for what does not belong together. */
  readonly attempt: (reader: Reader) => Promise<ConsistencyResult>;
  readonly close: () => Promise<void>;
}

export async function openConsistencyCampaign(
  server: TestServer,
  random: () => number,
  fillerRows: number,
): Promise<ConsistencyCampaign> {
  const ledger = await createLedger(server, fillerRows);
  const folder = await createBackupFolder();
  const accounts: Account[] = [];
  const hosts = new Map<Reader, ModuleHost>();
  for (const reader of READERS) hosts.set(reader, await startReader(reader, ledger, folder, accounts));
  const restorer = hosts.get('everything');
  if (restorer === undefined) throw new Error('nobody can restore');
  return {
    ledger,
    traffic: (betweenChanges) => LedgerTraffic.start(ledger, random, betweenChanges),
    async attempt(reader) {
      const startedAt = performance.now();
      const result = await attempt(ledger, hosts.get(reader) ?? restorer, restorer);
      return { ...result, reader, milliseconds: performance.now() - startedAt };
    },
    async close() {
      for (const { app } of hosts.values()) await app.close();
      for (const account of accounts) await account.drop();
      await ledger.remove();
      await folder.remove();
    },
  };
}

async function startReader(
  reader: Reader,
  ledger: Ledger,
  folder: BackupFolder,
  accounts: Account[],
): Promise<ModuleHost> {
  const options = { storage: folder.url, databases: [ledger.branch], undoHours: 0, threads: 2 };
  if (reader === 'everything') return startModuleHost(ledger.url, options);
  const read = 'SELECT, SHOW VIEW, TRIGGER, EVENT, EXECUTE, LOCK TABLES';
  const { see, lock } = GRANTS[ledger.server.name];
  const grants = [
    ...[ledger.books, ledger.branch].map((name) => `${read} ON \`${name}\`.*`),
    see,
    ...(reader === 'no PROCESS' ? [lock] : []),
  ];
  const database = { name: ledger.books, url: ledger.url, query: ledger.query, drop: ledger.remove };
  const account = await createAccount(database, grants);
  accounts.push(account);
  return startModuleHost(ledger.url, { ...options, connection: account.address });
}

async function attempt(
  { books, branch, query }: Ledger,
  reader: ModuleHost,
  restorer: ModuleHost,
): Promise<Pick<ConsistencyResult, 'outcome' | 'details'>> {
  let id: number;
  try {
    id = await reader.backUp();
  } catch (error) {
    const isClear = error instanceof BackupError && (error.code === 'table_changed' || error.code === 'busy');
    return { outcome: isClear ? 'refused' : 'FAULT', details: [String(error)] };
  }
  const copies = [`${books}_copy`, `${branch}_copy`];
  try {
    await restorer.backups.restore(id, { databases: [`${books}=${copies[0]}`, `${branch}=${copies[1]}`] });
    const details = await ledgerFaults(query, copies[0], copies[1]);
    return { outcome: details.length === 0 ? 'one moment' : 'FAULT', details };
  } catch (error) {
    return { outcome: 'FAULT', details: [String(error)] };
  } finally {
    for (const copy of copies) await query(`DROP DATABASE IF EXISTS \`${copy}\``);
    await restorer.backups.deleteBackup(id);
  }
}
