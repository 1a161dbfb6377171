import { printable, printableJson, printableOutput } from './printable.js';

describe('printable', () => {
  it.each([
    ['an escape sequence', 'a\u001b[2Jb', String.raw`a\x1b[2Jb`],
    ['one that needs no escape character', 'a\u009b2Jb', String.raw`a\x9b2Jb`],
    ['line ends and tabs', 'a\r\n\tb', String.raw`a\r\n\tb`],
    ['a bell and a backspace', 'a\u0007\b\u007f', String.raw`a\x07\x08\x7f`],
    ['a turn of direction', 'gpj\u202etxt.exe', String.raw`gpj\u202etxt.exe`],
    ['characters without width', 'a\u200b\u2066\ufeff', String.raw`a\u200b\u2066\ufeff`],
    ['half a character', 'a\ud83d', String.raw`a\ud83d`],
  ])('escapes %s', (_what, text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  it.each([['Zürich'], ['日本語'], ['🗄️ archive'], ['naïve'], ['русский'], ['back\\slash']])(
    'leaves %s alone',
    (text) => {
      expect(printable(text)).toBe(text);
    },
  );
});

describe('printableOutput', () => {
  it('keeps lines and the colours of the tables, and nothing else that a terminal acts on', () => {
    expect(printableOutput('\u001b[1mID\u001b[22m\nname\u001b]0;title\u0007\u001b[8m\n')).toBe(
      `\u001b[1mID\u001b[22m\n${String.raw`name\x1b]0;title\x07\x1b[8m`}\n`,
    );
  });
});

describe('printableJson', () => {
  it('is the same document without what a terminal acts on', () => {
    const document = { name: 'a\u001b[2J\u009b\u202e\u007fb 日本' };
    const text = printableJson(JSON.stringify(document));
    expect(text).toBe(String.raw`{"name":"a\u001b[2J\u009b\u202e\u007fb 日本"}`);
    expect(JSON.parse(text)).toEqual(document);
  });
});
