import { calledFunctions, differingFunctions } from './functions.js';

describe('the functions that a statement calls', () => {
  it.each([
    ['select uuid_to_bin(`a`),Concat(`b`) from `t`', ['uuid_to_bin', 'concat']],
    ['select `mine`(1), `x`.other(2)', []],
    ["select 'nvl(1)' /* nvl(2) */ -- nvl(3)", []],
    ['select a.b, (1), count(*)', ['count']],
  ])('of a server’s own words are found in %j', (ddl, expected) => {
    expect(calledFunctions(ddl)).toEqual(expected);
  });

  it('of somebody’s own words are only those that servers differ in, since tables look the same', () => {
    expect(differingFunctions('BEGIN INSERT INTO orders (id) VALUES (1); SELECT NVL(1, 2), concat(1); END')).toEqual([
      'nvl',
    ]);
  });
});
