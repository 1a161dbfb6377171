import type { DataSource } from 'typeorm';

/** The database cannot be used. The message is one line and holds no secret. */
export class DatabaseConnectionError extends Error {
  override readonly name = 'DatabaseConnectionError';
}

/** Whoever waits at a terminal for longer is told for what, milliseconds. */
const NOTICED_AFTER = 1000;

/** Connects and runs outstanding migrations. @throws DatabaseConnectionError */
export async function connectDatabase(dataSource: DataSource): Promise<void> {
  if (dataSource.isInitialized) return;
  const address = addressOf(dataSource);
  const notice = setTimeout(() => {
    if (process.stderr.isTTY) {
      process.stderr.write(`Opening the database ${address}; tables that are missing are made first.\n`);
    }
  }, NOTICED_AFTER);
  try {
    await dataSource.initialize();
  } catch (error) {
    throw new DatabaseConnectionError(describeFailure(error, address), { cause: error });
  } finally {
    clearTimeout(notice);
  }
}

function describeFailure(error: unknown, address: string): string {
  const { code, message } = details(error);
  switch (code) {
    case 'ECONNREFUSED':
      return `Cannot reach the database at ${address}: nothing listens there. Start the server, or correct DATABASE_URL.`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `Cannot reach the database at ${address}: the host name is unknown. Correct DATABASE_URL.`;
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return `Cannot reach the database at ${address}: it does not answer. Check the network, or correct DATABASE_URL.`;
    case 'ER_ACCESS_DENIED_ERROR':
    case 'ER_DBACCESS_DENIED_ERROR':
      return `The database at ${address} refuses this account. Correct the user or password in DATABASE_URL.`;
    case 'ER_BAD_DB_ERROR':
      return `The database ${address} does not exist. Create it, or correct DATABASE_URL.`;
    case 'HANDSHAKE_SSL_ERROR':
      return `Cannot open the database at ${address} over TLS (${message}): correct ssl-ca or ssl-mode in DATABASE_URL.`;
    case 'ER_SECURE_TRANSPORT_REQUIRED':
      return `The database at ${address} takes encrypted connections only: add ?ssl-ca=/path/to/ca.pem to DATABASE_URL.`;
    default:
      return `Cannot open the database at ${address}: ${message.replace(/\s+/g, ' ')}`;
  }
}

function details(error: unknown): { code: string; message: string } {
  if (!(error instanceof Error)) return { code: '', message: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return { code, message: error.message === '' ? code : error.message };
}

function addressOf({ options }: DataSource): string {
  const parsed = 'url' in options && typeof options.url === 'string' ? URL.parse(options.url) : null;
  return parsed === null ? 'its address' : `${parsed.hostname}:${parsed.port || '3306'}${parsed.pathname}`;
}
