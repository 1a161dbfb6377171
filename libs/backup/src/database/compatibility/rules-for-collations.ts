import { attributeOf } from '../ddl/column-definition.js';
import { isWord, tokenize, type Token } from '../ddl/ddl-tokenizer.js';
import { applyEdits, type Edit } from '../ddl/edits.js';
import { tableParts } from '../ddl/table-parts.js';
import { impliedCollation, mapCollations, namedCollations, unknownCollations } from './collations.js';
import { NONE, type Loss } from './incompatibility.js';
import type { RuleContext, TableRule } from './table-rule.js';

/** Writes the collation beside each character set that stands alone: the other server would take its own default. */
export const nameImpliedCollations: TableRule = (ddl, context) => {
  const { columns, options } = tableParts(ddl);
  const edits: Edit[] = [];
  for (const column of columns) {
    const characterSet = attributeOf(column, 'CHARACTER');
    if (characterSet !== undefined && attributeOf(column, 'COLLATE') === undefined) {
      edits.push(...collationAfter(characterSet.tokens, characterSet.value[0].text, ' COLLATE ', context));
    }
  }
  const charset = options.find((option) => option.name === 'CHARSET');
  if (charset !== undefined && options.every((option) => option.name !== 'COLLATE')) {
    edits.push(...collationAfter(charset.value, charset.value[0].text, ' COLLATE=', context));
  }
  return { ddl: applyEdits(ddl, edits), losses: [] };
};

/** Older servers call utf8mb3 utf8, and the newer name is no collation of theirs, nor the older one of newer servers. */
export const renameUtf8: TableRule = (ddl, { server }) => {
  const isNew = server.collations.has('utf8mb3_general_ci');
  const [from, to] = isNew ? ['utf8', 'utf8mb3'] : ['utf8mb3', 'utf8'];
  const tokens = tokenize(ddl);
  const edits = tokens.flatMap((token, index): Edit[] => {
    const isCharacterSet = token.text === from && followsWord(tokens, index, ['SET', 'CHARSET']);
    const isCollation = token.text.startsWith(`${from}_`) && followsWord(tokens, index, ['COLLATE']);
    return token.kind === 'word' && (isCharacterSet || isCollation)
      ? [{ start: token.start, end: token.start + from.length, text: to }]
      : [];
  });
  return { ddl: applyEdits(ddl, edits), losses: [] };
};

/** Turns mapped collations to others. */
export const applyCollationMap: TableRule = (ddl, { collationMap }) => ({
  ddl: collationMap.size === 0 ? ddl : mapCollations(ddl, collationMap),
  losses: [],
});

/** Finds collations and character sets that the server does not have. */
export const findUnknownCollations: TableRule = (ddl, { server }) => {
  const { columns, options, constraints } = tableParts(ddl);
  const losses: Loss[] = [];
  for (const column of columns) {
    const tokens = column.attributes.flatMap((attribute) => attribute.tokens);
    const characterSet = attributeOf(column, 'CHARACTER')?.value[0]?.text.toLowerCase();
    losses.push(...unknownIn(`column ${column.name}`, characterSet, namedCollations(tokens), server));
  }
  const option = (name: string): string | undefined =>
    options.find((candidate) => candidate.name === name)?.value[0]?.text.toLowerCase();
  const collation = option('COLLATE');
  losses.push(...unknownIn('its default', option('CHARSET'), collation === undefined ? [] : [collation], server));
  losses.push(...unknownCollations('a key or check', constraints.flatMap(namedCollations), server));
  return { ddl, losses };
};

function unknownIn(
  place: string,
  characterSet: string | undefined,
  collations: readonly string[],
  server: RuleContext['server'],
): Loss[] {
  const known = new Set(server.collations.values());
  const isKnown = characterSet === undefined || characterSet === 'utf8' || known.has(characterSet);
  return isKnown
    ? unknownCollations(place, collations, server)
    : [{ reason: `${place}: character set ${characterSet}`, remedy: NONE }];
}

function collationAfter(tokens: readonly Token[], characterSet: string, words: string, context: RuleContext): Edit[] {
  const collation = impliedCollation(characterSet.toLowerCase(), context.source, context.server);
  const end = tokens[tokens.length - 1].end;
  return collation === null ? [] : [{ start: end, end, text: words + collation }];
}

function followsWord(tokens: readonly Token[], index: number, words: readonly string[]): boolean {
  const before = tokens.at(index - 1)?.text === '=' ? tokens.at(index - 2) : tokens.at(index - 1);
  return index > 0 && words.some((word) => isWord(before, word));
}
