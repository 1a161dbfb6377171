import type { ColumnRecord } from '../../backup-set/manifest.js';
import { attributeOf, typeName } from '../ddl/column-definition.js';
import { isWord, nameOf, tokenize } from '../ddl/ddl-tokenizer.js';
import { applyEdits, type Edit } from '../ddl/edits.js';
import { tableParts } from '../ddl/table-parts.js';
import { spellOutVersionComments } from '../ddl/version-comments.js';
import type { RestoredTable, RowProof } from '../restore/restored-table.js';
import { NONE, type Loss } from './incompatibility.js';
import { applyCollationMap, findUnknownCollations, nameImpliedCollations, renameUtf8 } from './rules-for-collations.js';
import { RULES_TO_MARIADB } from './rules-to-mariadb.js';
import { checkConstraintNames, RULES_TO_MYSQL } from './rules-to-mysql.js';
import { applyRules, type RuleContext, type TableRule } from './table-rule.js';

/** A table as a server can have it, and what is lost by that. */
export interface AdaptedTable {
  readonly table: RestoredTable;
  readonly losses: readonly Loss[];
}

/**
 * To refuse, now or at the end of the statement, is what a foreign key does that says nothing; each server shows one of
 * these words only.
 */
const referenceActions: TableRule = (ddl) => {
  const edits = tableParts(ddl).constraints.flatMap((tokens) =>
    tokens.flatMap((token, index): Edit[] => {
      const [event, action] = [tokens.at(index + 1), tokens.at(index + 2)];
      const isAction = isWord(token, 'ON') && (isWord(event, 'DELETE') || isWord(event, 'UPDATE'));
      const last = isWord(action, 'RESTRICT') ? action : isWord(action, 'NO') ? tokens.at(index + 3) : undefined;
      return isAction && last !== undefined ? [{ start: token.start, end: last.end, text: '' }] : [];
    }),
  );
  return { ddl: applyEdits(ddl, edits), losses: [] };
};

const spellOut: TableRule = (ddl) => ({ ddl: spellOutVersionComments(ddl), losses: [] });

/** Adapts a table's definition, and chooses how it is proven to have come back. */
export function adaptTable(table: RestoredTable, context: RuleContext): AdaptedTable {
  const { source, server, collationMap } = context;
  const crosses = source.flavour !== server.flavour;
  const rules = [
    ...(crosses ? [spellOut, nameImpliedCollations, referenceActions] : []),
    applyCollationMap,
    renameUtf8,
    findUnknownCollations,
    ...(crosses ? (server.flavour === 'mysql' ? RULES_TO_MYSQL : RULES_TO_MARIADB) : []),
  ];
  const { ddl, losses } = applyRules(table.ddl, rules, context);
  const changesOrder = crosses || (collationMap.size > 0 && ddl !== table.ddl);
  return {
    table: {
      ...table,
      ddl,
      columns: table.columns.map((column) => adaptColumn(column, ddl)),
      proof: {
        definition: 'equivalent',
        rows: changesOrder ? rowProof(table, ddl) : table.proof.rows,
        checksUniqueness: changesOrder,
      },
    },
    losses: [...losses, ...(crosses ? typedDocuments(table) : [])],
  };
}

function typedDocuments({ hasTypedDocuments }: RestoredTable): Loss[] {
  return hasTypedDocuments === true
    ? [
        {
          reason: 'its rows: JSON values of types that JSON text does not have, such as DECIMAL and DATE',
          remedy: NONE,
        },
      ]
    : [];
}

/** Foreign keys to columns that are not unique, which newer MySQL servers refuse. */
export function looseReferences(
  table: Pick<RestoredTable, 'ddl'>,
  others: readonly Pick<RestoredTable, 'name' | 'ddl'>[],
): Loss[] {
  return tableParts(table.ddl).constraints.flatMap((tokens): Loss[] => {
    const at = tokens.findIndex((token) => isWord(token, 'REFERENCES'));
    const names = tokens.slice(at + 1).filter((token) => token.kind === 'name');
    if (at === -1 || tokens.at(at + 2)?.text === '.') {
      return [];
    }
    const parent = others.find(({ name }) => name === nameOf(names[0]));
    const columns = names.slice(1).map(nameOf);
    return parent === undefined || hasUniqueKey(parent.ddl, columns)
      ? []
      : [
          {
            reason: `a foreign key to ${columns.join(', ')} of ${parent.name}, which has no unique key over that (SET GLOBAL restrict_fk_on_non_standard_key=OFF allows it)`,
            remedy: NONE,
          },
        ];
  });
}

/** The names of checks that more than one table has, in small letters. */
export function repeatedChecks(tables: readonly RestoredTable[]): Set<string> {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const name of tables.flatMap(({ ddl }) => checkConstraintNames(ddl))) {
    (seen.has(name) ? repeated : seen).add(name);
  }
  return repeated;
}

/** JSON becomes a type of its own in MySQL, and geometry collections have two names. */
function adaptColumn(column: ColumnRecord, ddl: string): ColumnRecord {
  const adapted = tableParts(ddl).columns.find(({ name }) => name === column.name);
  const type = adapted === undefined ? '' : typeName(adapted);
  return type === 'json' || type === 'geometrycollection' ? { ...column, type } : column;
}

/**
 * Ranges are bound by keys: where text decides their order, or nothing does, another server or collation may have another
 * order, and the rows are compared as a whole. JSON is compared by what it says where MySQL writes it anew.
 */
function rowProof(table: RestoredTable, ddl: string): RowProof {
  const json = tableParts(ddl)
    .columns.filter((column) => typeName(column) === 'json' && attributeOf(column, 'GENERATED') === undefined)
    .map(({ name }) => name)
    .filter((name) => table.columns.some((column) => column.name === name && column.type !== 'json'));
  const key = table.columns.filter((column) => table.key.includes(column.name));
  const text = key.find((column) => column.literal === 'text' || column.introducer !== undefined);
  const reasons = [
    ...(json.length > 0 ? [`JSON in ${json.join(', ')} is written anew`] : []),
    ...(text === undefined ? [] : [`its key ${text.name} is text, whose order is the server's`]),
    ...(table.key.length === 0 ? ['it has no key that orders its rows'] : []),
  ];
  return reasons.length === 0 ? { kind: 'ranges' } : { kind: 'sum', json, reason: reasons.join('; ') };
}

function hasUniqueKey(ddl: string, columns: readonly string[]): boolean {
  return tableParts(ddl).constraints.some((tokens) => {
    const isPrimary = isWord(tokens[0], 'PRIMARY');
    if (!isPrimary && !isWord(tokens[0], 'UNIQUE')) {
      return false;
    }
    const parts = tokens.filter(({ kind, depth }) => kind === 'name' && depth === 2).map(nameOf);
    return parts.length === columns.length && parts.every((part) => columns.includes(part));
  });
}

/** The names that a statement quotes. */
export function quotedNames(ddl: string): Set<string> {
  return new Set(
    tokenize(ddl)
      .filter(({ kind }) => kind === 'name')
      .map(nameOf),
  );
}
