import { errorNumber, SYNTAX_ERROR } from '../database.errors.js';
import { BackupError, messageOf } from '../../errors/backup.error.js';
import { quoteName } from '../sql.js';
import type { ServerConnection } from '../server-connection.js';

/** Errors that say that the server cannot read a statement, or does not know what it names. */
const OBJECTIONS: ReadonlySet<number> = new Set([
  SYNTAX_ERROR,
  1115, // character set
  1128, // parser of a fulltext key
  1253, // collation of another character set
  1273, // collation
  1286, // engine
  1305, // function
  1901, // function in a default, generated column or check (MariaDB)
  1911, // table option
  3763, // function in a generated column
  3770, // function in a default
  3814, // function in a check
  4161, // type (MariaDB)
]);
const WRONG_VALUE = 1231;
const NO_SUCH_FUNCTION = 1305;

/** Asks a server what it can read, by having it prepare statements that are never run. Nothing is written. */
export class ServerProbe {
  private readonly functions = new Map<string, boolean>();
  private usualMode: string | null = null;
  private entered: string | null = null;

  /** @param database in which statements are prepared; any that the account may use */
  constructor(
    private readonly connection: ServerConnection,
    private readonly database: string,
  ) {}

  async knownModes(modes: ReadonlySet<string>): Promise<Set<string>> {
    const known = new Set<string>();
    const usual = (this.usualMode ??= await this.currentMode());
    for (const mode of modes) {
      try {
        await this.connection.query('SET SESSION sql_mode=?', [mode]);
        known.add(mode);
      } catch (error) {
        if (errorNumber(error) !== WRONG_VALUE) {
          throw error;
        }
      }
    }
    await this.connection.query('SET SESSION sql_mode=?', [usual]);
    return known;
  }

  /** @param name of a function of the server's own, or a word of its grammar */
  async knowsFunction(name: string): Promise<boolean> {
    const known = this.functions.get(name) ?? (await this.asksForFunction(name));
    this.functions.set(name, known);
    return known;
  }

  /** Why the server cannot read a statement, in its own words; null when it can, or refuses it for another reason. */
  async objection(statement: string, sqlMode: string | undefined): Promise<string | null> {
    const usual = (this.usualMode ??= await this.currentMode());
    await this.enter(this.database);
    const refusal = await this.refusalOf(statement, sqlMode ?? usual, usual);
    return OBJECTIONS.has(errorNumber(refusal)) ? objectionOf(refusal) : null;
  }

  /** A call without arguments is known to be wrong, or prepared; only an unknown function is said to be none. */
  private async asksForFunction(name: string): Promise<boolean> {
    const usual = (this.usualMode ??= await this.currentMode());
    // there are no functions of anybody's own
    await this.enter('information_schema');
    return errorNumber(await this.refusalOf(`SELECT ${name}()`, usual, usual)) !== NO_SUCH_FUNCTION;
  }

  /** The error with which the server answers a statement that it is to prepare in a mode; null when it takes it. */
  private async refusalOf(statement: string, mode: string, usual: string): Promise<unknown> {
    // in one statement, which is read in the usual mode: one without backslashes would read the text otherwise
    await this.connection.query('SET @statement=?, SESSION sql_mode=?', [statement, mode]);
    try {
      // takes the place of the one before
      await this.connection.query('PREPARE probe FROM @statement');
      return null;
    } catch (error) {
      if (error instanceof BackupError && error.code === 'connection_lost') {
        throw error;
      }
      return error;
    } finally {
      if (mode !== usual) {
        await this.connection.query('SET SESSION sql_mode=?', [usual]);
      }
    }
  }

  private async currentMode(): Promise<string> {
    const [{ current }] = await this.connection.query('SELECT @@sql_mode AS current');
    return String(current);
  }

  private async enter(database: string): Promise<void> {
    if (this.entered !== database) {
      await this.connection.query(`USE ${quoteName(database)}`);
      this.entered = database;
    }
  }
}

function objectionOf(error: unknown): string {
  const message = messageOf(error instanceof BackupError ? error.cause : error);
  // the server's own words are long, and end with what it could not read
  const unread = errorNumber(error) === SYNTAX_ERROR ? /near '(.*)' at line \d+$/s.exec(message)?.[1] : undefined;
  return unread === undefined ? message : `syntax that this server does not know: ${shortened(unread)}`;
}

function shortened(text: string): string {
  const line = text.split(/\s+/).join(' ');
  return line.length > MOST_CHARACTERS ? `${line.slice(0, MOST_CHARACTERS)}...` : line;
}

const MOST_CHARACTERS = 60;
