import { hasMixedEncodings } from './mixed-encodings.js';

describe('hasMixedEncodings', () => {
  it.each([
    ['PROCEDURE', "CREATE DEFINER=`ó`@`x` PROCEDURE `p`(a int)\nSELECT 'x'"],
    ['FUNCTION', 'CREATE DEFINER=`a`@`x` FUNCTION `é`(a int) RETURNS int\nRETURN 1'],
    ['TRIGGER', 'CREATE DEFINER=`a`@`x` TRIGGER `t` BEFORE INSERT ON `té` FOR EACH ROW SET @x = 1'],
  ])('finds what the server writes itself in a %s', (kind, ddl) => {
    expect(hasMixedEncodings(kind, Buffer.from(ddl))).toBe(true);
  });

  it.each([
    ['PROCEDURE', "CREATE DEFINER=`a`@`x` PROCEDURE `p`(`ü` int)\nSELECT 'é'"],
    ['TRIGGER', "CREATE DEFINER=`a`@`x` TRIGGER `ROW` BEFORE INSERT ON `t` FOR EACH ROW SET @x = 'é'"],
    ['VIEW', "CREATE VIEW `vé` AS select 'é' AS `ü`"],
  ])('passes over what the client wrote in a %s', (kind, ddl) => {
    expect(hasMixedEncodings(kind, Buffer.from(ddl, 'latin1'))).toBe(false);
  });
});
