import { flowText } from './wrap-text.js';

describe('flowText', () => {
  it('breaks prose between words where a terminal would break it within one', () => {
    expect(flowText('This replaces 14 tables of shop.\nGo on?', 15)).toBe('This replaces\n14 tables of\nshop.\nGo on?');
  });

  it('leaves what is longer than a line in one piece, so that it can be copied', () => {
    expect(flowText('Key age1l7fzsgt5x6cg7wmaev added', 12)).toBe('Key\nage1l7fzsgt5x6cg7wmaev\nadded');
    expect(flowText('age1l7fzsgt5x6cg7wmaev', 12)).toBe('age1l7fzsgt5x6cg7wmaev');
  });

  it('keeps a command and its flags in one piece', () => {
    expect(flowText('To take it back: backup:restore --undo --id=1', 36)).toBe(
      'To take it back:\nbackup:restore --undo --id=1',
    );
    expect(flowText('See backup:key list, or use others.', 20)).toBe('See backup:key list,\nor use others.');
  });

  it('touches no line that fits, such as the rows of a table, and none where lines have no end', () => {
    expect(flowText('ID  NAME\n 1  shop\n', 9)).toBe('ID  NAME\n 1  shop\n');
    expect(flowText('a row  of any length', Infinity)).toBe('a row  of any length');
  });
});
