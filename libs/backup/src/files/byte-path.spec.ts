import { display, folderOf, fromBytes, fromText, toBytes, toJsonBytes, toText } from './byte-path.js';
import { jsonBytes } from './json-bytes.js';

describe('A path of bytes', () => {
  it.each([
    ['UTF-8', Buffer.from('ünïcødé 文書'), 'ünïcødé 文書'],
    ['Latin-1', Buffer.from([0xe4, 0xf6]), { base64: '5PY=' }],
    ['half a character', Buffer.from([0x61, 0xe2, 0x82]), { base64: 'YeKC' }],
    ['a byte order mark', Buffer.from([0xef, 0xbb, 0xbf, 0x61]), '\ufeffa'],
  ])('keeps every byte of %s in JSON', (_what, bytes, json) => {
    const path = fromBytes(bytes);

    expect(toJsonBytes(path)).toEqual(json);
    expect(toBytes(jsonBytes.parse(JSON.parse(JSON.stringify(toJsonBytes(path)))))).toEqual(bytes);
  });

  it('is shown on one line, whatever it holds', () => {
    expect(display(fromText('a b/ü'))).toBe('a b/ü');
    expect(display('a\nb')).toBe('"a\\nb"');
    expect(display('a\xff')).toBe('"a\ufffd"');
  });

  it('knows its folder, and its text', () => {
    expect(folderOf('a/b/c')).toBe('a/b');
    expect(folderOf('a')).toBe('');
    expect(toText(fromText('ü'))).toBe('ü');
  });
});
