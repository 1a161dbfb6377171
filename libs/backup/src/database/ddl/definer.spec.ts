import { definerOf } from './definer.js';

describe('definerOf', () => {
  it.each([
    [
      'CREATE DEFINER=`root`@`127.0.0.1` TRIGGER t BEFORE INSERT ON o FOR EACH ROW SET @a=1',
      { user: 'root', host: '127.0.0.1' },
    ],
    [
      'CREATE ALGORITHM=UNDEFINED DEFINER=`o``d@d`@`%` SQL SECURITY DEFINER VIEW `v` AS select 1',
      { user: 'o`d@d', host: '%' },
    ],
    ['CREATE DEFINER=`app` PROCEDURE `p`() SELECT 1', { user: 'app', host: '' }],
    ['CREATE PROCEDURE `p`() SQL SECURITY DEFINER SELECT 1', null],
    ["CREATE PROCEDURE `p`() SELECT 'DEFINER=`a`@`b`'", null],
  ])('of %s', (ddl, definer) => {
    expect(definerOf(ddl)).toEqual(definer);
  });
});
