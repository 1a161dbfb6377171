export type Query = (sql: string, params?: readonly unknown[]) => Promise<Record<string, unknown>[]>;

/** One line for each thing that a crash must leave alone, so that a difference names it. */
export type Lines = Readonly<Record<string, string>>;

/** The library's own tables change with every operation; no restore touches them. */
const CATALOG = /^backup_(?:history|schedule|restore_log|controllers|courses|logs|encryption_key)$/;

/** Rows and definitions of an application's database, its catalog apart. */
export async function applicationLines(query: Query, database: string): Promise<Lines> {
  const lines: Record<string, string> = {};
  const quoted = (name: unknown): string => `\`${database}\`.\`${String(name)}\``;
  const show = async (kind: string, name: unknown): Promise<void> => {
    const [row] = await query(`SHOW CREATE ${kind} ${quoted(name)}`);
    const { Created: _created, ...definition } = row;
    lines[`${kind} ${String(name)}`] = Object.values(definition).map(String).join(' | ');
  };
  const found = await query(
    'SELECT TABLE_NAME AS name, TABLE_TYPE AS type FROM information_schema.TABLES WHERE TABLE_SCHEMA = ?',
    [database],
  );
  const objects = found.filter(({ name }) => !CATALOG.test(String(name)));
  for (const { name, type } of objects) {
    await show(type === 'VIEW' ? 'VIEW' : 'TABLE', name);
  }
  const tables = objects.filter(({ type }) => type === 'BASE TABLE').map(({ name }) => name);
  const checksums = tables.length > 0 ? await query(`CHECKSUM TABLE ${tables.map(quoted).join(', ')}`) : [];
  for (const { Table, Checksum } of checksums) {
    lines[`rows ${String(Table)}`] = String(Checksum);
  }
  for (const { name } of objects.filter(({ type }) => type === 'SEQUENCE')) {
    const [state] = await query(`SELECT * FROM ${quoted(name)}`);
    lines[`sequence ${String(name)}`] = JSON.stringify(state);
  }
  await addTriggers(query, database, lines, show);
  const routines = await query(
    'SELECT ROUTINE_NAME AS name, ROUTINE_TYPE AS kind FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = ?',
    [database],
  );
  for (const { name, kind } of routines) {
    await show(String(kind), name);
  }
  const events = await query('SELECT EVENT_NAME AS name FROM information_schema.EVENTS WHERE EVENT_SCHEMA = ?', [
    database,
  ]);
  for (const { name } of events) {
    await show('EVENT', name);
  }
  return { ...lines, ...(await foreignKeyLines(query, database)) };
}

/** Which table each foreign key of a database refers to. */
export async function foreignKeyLines(query: Query, database: string): Promise<Lines> {
  const keys = await query(
    `SELECT TABLE_NAME AS child, CONSTRAINT_NAME AS name, COLUMN_NAME AS columnName, REFERENCED_TABLE_SCHEMA AS parentSchema,
            REFERENCED_TABLE_NAME AS parent, REFERENCED_COLUMN_NAME AS parentColumn
       FROM information_schema.KEY_COLUMN_USAGE WHERE TABLE_SCHEMA = ? AND REFERENCED_TABLE_NAME IS NOT NULL`,
    [database],
  );
  return Object.fromEntries(
    keys.map((key) => [
      `foreign key ${String(key.child)}.${String(key.name)}.${String(key.columnName)}`,
      `${String(key.parentSchema)}.${String(key.parent)}.${String(key.parentColumn)}`,
    ]),
  );
}

async function addTriggers(
  query: Query,
  database: string,
  lines: Record<string, string>,
  show: (kind: string, name: unknown) => Promise<void>,
): Promise<void> {
  const triggers = await query(
    'SELECT TRIGGER_NAME AS name, EVENT_OBJECT_TABLE AS owner, ACTION_ORDER AS position FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = ?',
    [database],
  );
  for (const { name, owner, position } of triggers) {
    await show('TRIGGER', name);
    lines[`trigger order ${String(name)}`] = `${String(position)} on ${String(owner)}`;
  }
}
