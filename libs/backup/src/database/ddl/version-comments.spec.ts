import { spellOutVersionComments } from './version-comments.js';

describe('spellOutVersionComments', () => {
  it.each([
    ['`a` int /*!80023 INVISIBLE */,', '`a` int INVISIBLE,'],
    ['/*!50100 PARTITION BY HASH (`a`)\nPARTITIONS 3 */', 'PARTITION BY HASH (`a`)\nPARTITIONS 3'],
    ['`v` varchar(9) /*M!100301 COMPRESSED*/ DEFAULT NULL', '`v` varchar(9) COMPRESSED DEFAULT NULL'],
    ['/*!999999 x */', 'x'],
    ["COMMENT '/*!80023 INVISIBLE */'", "COMMENT '/*!80023 INVISIBLE */'"],
    ['`/*!80023 a */` int', '`/*!80023 a */` int'],
    ['datetime /* mariadb-5.3 */', 'datetime /* mariadb-5.3 */'],
  ])('reads %j as %j', (ddl, expected) => {
    expect(spellOutVersionComments(ddl)).toBe(expected);
  });
});
