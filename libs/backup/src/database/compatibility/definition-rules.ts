import type { Definition } from '../../backup-set/manifest.js';
import { isWord, tokenize, type Token } from '../ddl/ddl-tokenizer.js';
import { definitionText, withText } from '../definition-text.js';
import { mapCollations, namedCollations, nameOn, unknownCollations } from './collations.js';
import { SKIP, type Loss } from './incompatibility.js';
import type { RuleContext } from './table-rule.js';

/** A view, routine, trigger or event as the server can have it, and what is lost by that. */
export interface RuledDefinition<T extends Definition> {
  readonly definition: T;
  readonly losses: readonly Loss[];
}

/** Turns a definition and the settings it was made under to what the server has. */
export function ruleDefinition<T extends Definition>(
  definition: T,
  context: RuleContext,
  knownModes: ReadonlySet<string>,
): RuledDefinition<T> {
  const { collationMap, server } = context;
  const mapped = (collation: string | undefined): string | undefined =>
    collation === undefined ? undefined : (collationMap.get(collation) ?? nameOn(server.collations, collation));
  const mode = ruleSqlMode(definition.sqlMode, context, knownModes);
  const collationConnection = mapped(definition.collationConnection);
  const databaseCollation = mapped(definition.databaseCollation);
  const text = definitionText(definition);
  const body = collationMap.size === 0 ? text : mapCollations(text, collationMap);
  const tokens = tokenize(body);
  return {
    definition: {
      ...withText(definition, body),
      sqlMode: mode.sqlMode,
      collationConnection,
      databaseCollation,
    },
    losses: [
      ...mode.losses,
      ...unknownCollations(
        'its settings',
        [collationConnection, databaseCollation].filter((collation) => collation !== undefined),
        server,
      ),
      ...unknownCollations('its statement', namedCollations(tokens), server),
      ...(server.flavour === 'mysql' ? roleLoss(tokens) : []),
    ],
  };
}

/**
 * MySQL rounds fractions of seconds unless TIME_TRUNCATE_FRACTIONAL is set; MariaDB cuts them off unless
 * TIME_ROUND_FRACTIONAL is. Modes that only change what SHOW writes, or what GRANT does, can go.
 *
 * @see https://mariadb.com/kb/en/sql-mode/
 */
function ruleSqlMode(
  sqlMode: string | undefined,
  { source, server }: RuleContext,
  known: ReadonlySet<string>,
): { sqlMode: string | undefined; losses: Loss[] } {
  if (sqlMode === undefined) {
    return { sqlMode, losses: [] };
  }
  const modes = new Set(sqlMode.split(',').filter((mode) => mode !== ''));
  if (source.flavour !== server.flavour) {
    const [own, other] =
      source.flavour === 'mysql'
        ? ['TIME_TRUNCATE_FRACTIONAL', 'TIME_ROUND_FRACTIONAL']
        : ['TIME_ROUND_FRACTIONAL', 'TIME_TRUNCATE_FRACTIONAL'];
    if (!modes.delete(own) && known.has(other)) {
      modes.add(other);
    }
  }
  const kept = [...modes].filter((mode) => known.has(mode) || !WITHOUT_EFFECT.has(mode));
  return {
    sqlMode: kept.join(','),
    losses: kept.filter((mode) => !known.has(mode)).map((mode) => ({ reason: `sql_mode ${mode}`, remedy: SKIP })),
  };
}

/** Every mode that some definitions and the rules may name. */
export function modesOf(definitions: readonly Definition[]): ReadonlySet<string> {
  return new Set([
    ...definitions.flatMap(({ sqlMode }) => (sqlMode ?? '').split(',').filter((mode) => mode !== '')),
    'TIME_ROUND_FRACTIONAL',
    'TIME_TRUNCATE_FRACTIONAL',
  ]);
}

const WITHOUT_EFFECT: ReadonlySet<string> = new Set([
  ...['NO_AUTO_CREATE_USER', 'NO_KEY_OPTIONS', 'NO_TABLE_OPTIONS', 'NO_FIELD_OPTIONS', 'IGNORE_BAD_TABLE_OPTIONS'],
]);

/** MariaDB names a role without a host. */
function roleLoss(tokens: readonly Token[]): Loss[] {
  const definer = tokens.findIndex((token) => isWord(token, 'DEFINER'));
  const isRole = definer !== -1 && tokens.at(definer + 2)?.kind === 'name' && tokens.at(definer + 3)?.text !== '@';
  return isRole && tokens.at(definer + 1)?.text === '='
    ? [{ reason: `its definer, the role ${tokens[definer + 2].text}`, remedy: SKIP }]
    : [];
}
