import { attributeOf, typeName } from '../ddl/column-definition.js';
import { removal } from '../ddl/create-table.js';
import { isWord, nameOf, spanOf, tokenize, type Token } from '../ddl/ddl-tokenizer.js';
import { applyEdits, type Edit } from '../ddl/edits.js';
import { tableParts } from '../ddl/table-parts.js';
import { quoteName } from '../sql.js';
import { NONE, SKIP, type Loss, type Remedy } from './incompatibility.js';
import { withoutOptions } from './storage-options.js';
import type { TableRule } from './table-rule.js';

/** MariaDB shows its JSON as what it is: text in the order of its bytes, with a check. */
const json: TableRule = (ddl) => {
  const edits = tableParts(ddl)
    .columns.filter((column) => typeName(column) === 'json')
    .flatMap((column): Edit[] => {
      const { end } = spanOf([...column.type, ...column.attributes.flatMap(({ tokens }) => tokens)]);
      return [
        { ...spanOf([column.type[0]]), text: 'longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin' },
        // a generated column takes no check
        ...(isGenerated(column.attributes)
          ? []
          : [{ start: end, end, text: ` CHECK (json_valid(${quoteName(column.name)}))` }]),
      ];
    });
  return { ddl: applyEdits(ddl, edits), losses: [] };
};

/**
 * MySQL names the character set before each text of an expression, where it is the session's. MariaDB misreads such a
 * text when it holds a quote, and takes one without it for the same.
 */
const introducers: TableRule = (ddl) => {
  const tokens = tokenize(ddl);
  const edits = tokens
    .filter((token, index) => isWord(token, '_UTF8MB4') && tokens.at(index + 1)?.kind === 'string')
    .map(({ start, end }) => ({ start, end, text: '' }));
  return { ddl: applyEdits(ddl, edits), losses: [] };
};

/** The same type under the name that both servers know. */
const geometryCollection: TableRule = (ddl) => {
  const edits = tableParts(ddl)
    .columns.filter((column) => typeName(column) === 'geomcollection')
    .map(({ type }) => ({ ...spanOf([type[0]]), text: 'geometrycollection' }));
  return { ddl: applyEdits(ddl, edits), losses: [] };
};

/** MySQL's word for keys that the optimizer passes over. */
const invisibleKeys: TableRule = (ddl) => {
  const edits = tableParts(ddl)
    .constraints.flat()
    .filter((token) => token.depth === 1 && isWord(token, 'INVISIBLE'))
    .map(({ start, end }) => ({ start, end, text: 'IGNORED' }));
  return { ddl: applyEdits(ddl, edits), losses: [] };
};

/** Keys over expressions and with parsers of their own, and checks that are not enforced. */
const constraints: TableRule = (ddl) => {
  const lost = tableParts(ddl).constraints.flatMap((tokens) => {
    const loss = constraintLoss(tokens);
    return loss === null ? [] : [{ tokens, loss }];
  });
  return {
    ddl: applyEdits(
      ddl,
      lost.filter(({ loss }) => loss.remedy.kind === 'skip').map(({ tokens }) => removal(ddl, spanOf(tokens))),
    ),
    losses: lost.map(({ loss }) => loss),
  };
};

const columns: TableRule = (ddl) => ({
  ddl,
  losses: tableParts(ddl).columns.flatMap((column): Loss[] => {
    const reference = attributeOf(column, 'SRID')?.value[0]?.text;
    const isNotNull = attributeOf(column, 'NOT') !== undefined && isGenerated(column.attributes);
    return [
      ...(reference === undefined || reference === '0'
        ? []
        : [{ reason: `column ${column.name}: spatial reference system ${reference}`, remedy: NONE }]),
      ...(isNotNull ? [{ reason: `column ${column.name}: generated and NOT NULL`, remedy: NONE }] : []),
    ];
  }),
});

const storage: TableRule = (ddl) => withoutOptions(ddl, STORAGE_OPTIONS);

/** What MySQL has and MariaDB writes otherwise, or has not. Version comments must be spelled out. */
export const RULES_TO_MARIADB: readonly TableRule[] = [
  columns,
  constraints,
  storage,
  introducers,
  json,
  geometryCollection,
  invisibleKeys,
];

const STORAGE_OPTIONS: ReadonlySet<string> = new Set([
  ...['COMPRESSION', 'ENCRYPTION', 'TABLESPACE', 'AUTOEXTEND_SIZE', 'SECONDARY_ENGINE'],
  ...['ENGINE_ATTRIBUTE', 'SECONDARY_ENGINE_ATTRIBUTE'],
]);

function constraintLoss(tokens: readonly Token[]): Loss | null {
  const named = tokens.find(({ kind }) => kind === 'name');
  const name = named === undefined ? '' : nameOf(named);
  const isUnique = isWord(tokens[0], 'UNIQUE');
  const remedy: Remedy = isUnique ? NONE : SKIP;
  const isKey = tokens.some((token) => token.depth === 1 && isWord(token, 'KEY'));
  if (isKey && tokens.some((token, index) => startsExpression(token, tokens[index - 1]))) {
    const isMultiValued = tokens.some((token) => isWord(token, 'ARRAY'));
    return { reason: `key ${name}: over ${isMultiValued ? 'the values of an array' : 'an expression'}`, remedy };
  }
  const parser = tokens.findIndex((token) => isWord(token, 'PARSER'));
  if (parser !== -1) {
    return { reason: `fulltext key ${name}: parser ${tokens.at(parser + 1)?.text ?? ''}`, remedy };
  }
  const isLoose = tokens.some((token, index) => isWord(token, 'NOT') && isWord(tokens.at(index + 1), 'ENFORCED'));
  return isLoose ? { reason: `check ${name}: not enforced`, remedy: SKIP } : null;
}

/** A parenthesis that no column's name stands before, as it does before the length of a prefix. */
function startsExpression(token: Token, before: Token | undefined): boolean {
  return token.text === '(' && token.depth === 2 && before?.kind === 'punctuation';
}

function isGenerated(attributes: readonly { readonly keyword: string }[]): boolean {
  return attributes.some(({ keyword }) => keyword === 'GENERATED' || keyword === 'AS');
}
