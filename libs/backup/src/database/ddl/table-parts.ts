import { columnDefinition, type ColumnDefinition } from './column-definition.js';
import { definitions } from './create-table.js';
import { isWord, spanOf, tokenize, type Token } from './ddl-tokenizer.js';

/** A CREATE TABLE statement in its parts. */
export interface TableParts {
  readonly columns: readonly ColumnDefinition[];
  /** Keys, foreign keys, checks and periods. */
  readonly constraints: readonly (readonly Token[])[];
  /** What follows the definitions, without the partitions. */
  readonly options: readonly TableOption[];
  /** From `PARTITION BY` on. */
  readonly partitions: readonly Token[];
}

/** `ENGINE=InnoDB`. */
export interface TableOption {
  /** In capitals, without quotes. */
  readonly name: string;
  readonly value: readonly Token[];
  readonly start: number;
  readonly end: number;
}

/** Takes a statement apart whose version comments are spelled out. */
export function tableParts(ddl: string): TableParts {
  const tokens = tokenize(ddl);
  const parts = definitions(tokens);
  const columns = parts.map(columnDefinition);
  const close = tokens.findIndex((token) => token.text === ')' && token.depth === 0);
  const rest = tokens.slice(close + 1);
  const partition = rest.findIndex(
    (token, index) => isWord(token, 'PARTITION') && isWord(rest.at(index + 1), 'BY') && token.depth === 0,
  );
  return {
    columns: columns.filter((column) => column !== null),
    constraints: parts.filter((_, index) => columns[index] === null),
    options: tableOptions(partition === -1 ? rest : rest.slice(0, partition)),
    partitions: partition === -1 ? [] : rest.slice(partition),
  };
}

/** Each option is a name (`DEFAULT CHARSET`, `` `encrypted` ``), an equals sign, and a value. */
function tableOptions(tokens: readonly Token[]): TableOption[] {
  const options: TableOption[] = [];
  let at = 0;
  while (at < tokens.length) {
    const equals = tokens.findIndex((token, index) => index >= at && token.text === '=');
    if (equals === -1 || equals + 1 >= tokens.length) {
      const words = tokens.slice(at);
      options.push({ name: words.map(plain).join(' '), value: [], ...spanOf(words) });
      break;
    }
    const end = endOfValue(tokens, equals + 1);
    const words = tokens.slice(at, equals);
    const name = words.map(plain).filter((word) => word !== 'DEFAULT');
    options.push({
      name: name.join(' ') === 'CHARACTER SET' ? 'CHARSET' : name.join(' '),
      value: tokens.slice(equals + 1, end),
      ...spanOf(tokens.slice(at, end)),
    });
    at = end;
  }
  return options;
}

function endOfValue(tokens: readonly Token[], start: number): number {
  if (tokens[start].text !== '(') {
    return start + 1;
  }
  return tokens.findIndex((token, index) => index > start && token.text === ')' && token.depth === 0) + 1;
}

function plain(token: Token): string {
  return (token.kind === 'name' ? token.text.slice(1, -1) : token.text).toUpperCase();
}
