/** Texts of the fenced blocks in a language. */
export function codeBlocks(markdown: string, language: string): string[] {
  return [...markdown.matchAll(/^```(\w+)\n(.*?)^```$/gms)]
    .filter(([, found]) => found === language)
    .map(([, , text]) => text);
}

/** Everything that looks like a command: code spans, and the lines of shell and terminal blocks without comments. */
export function commandLines(markdown: string): string[][] {
  const spans = [...markdown.matchAll(/`([^`\n]+)`/g)].map(([, text]) => text);
  const lines = [...codeBlocks(markdown, 'sh'), ...codeBlocks(markdown, 'text')].flatMap((text) => text.split('\n'));
  return [...spans, ...lines].map((text) => text.replace(/ #.*/, '').trim().split(/\s+/));
}

/** First cells of a page's tables that are code, without their backticks. */
export function tableKeys(markdown: string): string[] {
  return [...markdown.matchAll(/^\| `([^`]+)`/gm)].map(([, key]) => key);
}

/** The text under a heading of the second level, up to the next one. */
export function sectionOf(markdown: string, heading: string): string {
  return markdown.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? '';
}
