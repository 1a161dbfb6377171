import { inSession, quoteName, type Query } from '../support/fidelity-session.js';

export interface OddDatabases {
  /** The one with everything in it, and one that it refers to and that refers to it. */
  readonly names: readonly string[];
  drop(): Promise<void>;
}

/** What a shell, the stock client or SQL could take for something else, in every name that can hold it. */
const ODD = `it's "odd" \`$HOME\` \\ %s; ąß 猫.`;

/** Two databases with odd names that hold what is easily lost on the way through a shell and the stock client. */
export async function createOddDatabases(query: Query, prefix: string): Promise<OddDatabases> {
  const name = `${prefix}_${ODD}x`;
  const other = `${prefix}_other`;
  await query(
    `CREATE DATABASE ${quoteName(name)} CHARACTER SET utf8mb4 COLLATE utf8mb4_polish_ci COMMENT 'it''s \\\\ "odd"';
     CREATE DATABASE ${quoteName(other)} CHARACTER SET latin1`,
  );
  const databases = {
    names: [name, other],
    async drop() {
      const drops = [name, other].map((database) => `DROP DATABASE IF EXISTS ${quoteName(database)}`);
      await query(['SET foreign_key_checks=0', ...drops, 'SET foreign_key_checks=DEFAULT'].join(';\n'));
    },
  };
  try {
    await fill(query, name, other);
  } catch (error) {
    await databases.drop();
    throw error;
  }
  return databases;
}

async function fill(query: Query, name: string, other: string): Promise<void> {
  const far = (object: string): string => `${quoteName(other)}.${quoteName(object)}`;
  // First what the odd one refers to.
  await inSession(query, other, [
    'CREATE TABLE numbers (id int PRIMARY KEY)',
    'INSERT INTO numbers VALUES (1), (2), (3)',
    'CREATE TABLE log (id int AUTO_INCREMENT PRIMARY KEY, entry text)',
  ]);
  await inSession(query, name, [...tables(far('numbers')), ...routines(), ...standingOn(far)]);
  await inSession(query, other, [`CREATE VIEW back AS SELECT id FROM ${quoteName(name)}.top_view`]);
}

function tables(numbers: string): string[] {
  const odd = quoteName(ODD);
  return [
    'CREATE SEQUENCE tickets START WITH 100 INCREMENT BY 5 CACHE 10 CYCLE MAXVALUE 100000',
    'DO NEXTVAL(tickets), NEXTVAL(tickets)',
    `CREATE TABLE ${odd} (
       ${odd} int AUTO_INCREMENT PRIMARY KEY,
       parent int,
       number int,
       text_column varchar(200) COMMENT 'it''s; \\\\ "odd"',
       KEY ${quoteName(`key ${ODD}`)} (text_column),
       CONSTRAINT ${quoteName(`fk ${ODD}`)} FOREIGN KEY (parent) REFERENCES ${odd} (${odd}),
       CONSTRAINT far FOREIGN KEY (number) REFERENCES ${numbers} (id),
       CHECK (text_column <> ';')
     ) COMMENT='-- not a comment; ''quoted'''`,
    `INSERT INTO ${odd} VALUES
       (0, NULL, 1, 'zero as a counter''s value'),
       (1, 7, 2, 'ąß 猫 😀 \\r\\n\\t\\0\\Z \\\\ '' " ; -- /* */ #'),
       (7, 1, 3, 'DELIMITER ;;\\nDELIMITER //\\n\\\\g \\\\q\\n')`,
    'CREATE TABLE floats (id int PRIMARY KEY, f float, d double)',
    'INSERT INTO floats VALUES (1, 0.1, 0.1), (2, 16777217, 1e308), (3, 3.4028234e38, 5e-324), (4, -1.17549e-38, -0.0)',
    'CREATE TABLE bytes (id int PRIMARY KEY, every mediumblob, bits bit(9), short binary(4))',
    `INSERT INTO bytes VALUES (1, x'${allBytes()}', b'101010101', x'00ff'), (2, '', NULL, x'0a0d1a00')`,
    "INSERT INTO bytes SELECT 3, REPEAT(every, 8000), b'1', NULL FROM bytes WHERE id = 1",
    'CREATE TABLE empty_table (id int PRIMARY KEY, twice int AS (id * 2) STORED, hidden int INVISIBLE DEFAULT 7)',
    `CREATE TABLE ${quoteName('a/b.00001')} (no_key int, other int AS (no_key + 1) VIRTUAL)`,
    `INSERT INTO ${quoteName('a/b.00001')} (no_key) VALUES (1), (1), (NULL)`,
    'CREATE TABLE many (id int PRIMARY KEY, text_column text)',
    "INSERT INTO many SELECT seq, CONCAT(REPEAT(MD5(seq), 20), '\\n') FROM seq_1_to_5000",
  ];
}

function routines(): string[] {
  return [
    'CREATE FUNCTION twice (n int) RETURNS int DETERMINISTIC NO SQL RETURN n * 2',
    `CREATE PROCEDURE ${quoteName(ODD)} (IN a varchar(10), OUT b text)
     BEGIN
       -- it's a comment; with "one" quote ' and $$
       /* a; // block's */
       SELECT ';;', '$$', '//', '@@', '~~', 'DELIMITER ;;', 'ąß 猫', @@sql_mode INTO b, b, b, b, b, b, b, b;
       IF a = ';' THEN SET b = 'a;
DELIMITER //
b'; END IF;
     END`,
    // Read under other rules: backslashes are plain, double quotes make names.
    `SET sql_mode='NO_BACKSLASH_ESCAPES,ANSI_QUOTES'`,
    `CREATE PROCEDURE plain_backslash () SELECT 'a\\' AS "it's"`,
    `SET sql_mode='STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES'`,
  ];
}

function standingOn(far: (object: string) => string): string[] {
  const odd = quoteName(ODD);
  return [
    // Made in the order of their names, each would be missing what it stands on.
    `CREATE VIEW z_view AS SELECT ${odd} AS id, twice(parent) AS ${odd} FROM ${odd}`,
    `CREATE VIEW top_view AS SELECT z.id, n.id AS number FROM z_view z JOIN ${far('numbers')} n ON n.id = z.id`,
    `CREATE VIEW ${quoteName(`a ${ODD}`)} AS SELECT * FROM top_view`,
    `CREATE TRIGGER first_of_two AFTER INSERT ON ${odd} FOR EACH ROW INSERT INTO ${far('log')} (entry) VALUES ('one;;')`,
    `CREATE TRIGGER ${quoteName(`b ${ODD}`)} AFTER INSERT ON ${odd} FOR EACH ROW FOLLOWS first_of_two
     BEGIN INSERT INTO ${far('log')} (entry) VALUES (NEW.text_column); SET @x = ';'; END`,
    `CREATE EVENT ${odd} ON SCHEDULE EVERY 1 YEAR STARTS '2038-01-01 00:00:00' DISABLE COMMENT 'it''s; "odd"'
     DO BEGIN DELETE FROM empty_table; SET @y = '$$'; END`,
  ];
}

/** As hexadecimal digits. */
function allBytes(): string {
  return Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)).toString('hex');
}
