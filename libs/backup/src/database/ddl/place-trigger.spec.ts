import { placeTrigger } from './place-trigger.js';

describe('placeTrigger', () => {
  it.each([
    [
      'names without quotes',
      'CREATE DEFINER=`root`@`%` TRIGGER shop.added BEFORE INSERT ON shop.orders FOR EACH ROW SET NEW.id = shop.next()',
      'CREATE DEFINER=`root`@`%` TRIGGER `copy`.added BEFORE INSERT ON `copy`.orders FOR EACH ROW SET NEW.id = shop.next()',
    ],
    [
      'quoted names, and a definer that looks like a keyword',
      'CREATE DEFINER=`trigger`@`on` TRIGGER `shop`.`on`\nAFTER UPDATE ON `shop` . `trigger` FOR EACH ROW DELETE FROM t',
      'CREATE DEFINER=`trigger`@`on` TRIGGER `copy`.`on`\nAFTER UPDATE ON `copy` . `trigger` FOR EACH ROW DELETE FROM t',
    ],
    [
      'only one of the two, after IF NOT EXISTS and a comment',
      'create trigger if not exists added /* on a.b */ before insert on shop.orders for each row begin end',
      'create trigger if not exists added /* on a.b */ before insert on `copy`.orders for each row begin end',
    ],
    [
      'nothing where no database is named',
      'CREATE TRIGGER added BEFORE INSERT ON orders FOR EACH ROW INSERT INTO shop.log VALUES (1)',
      'CREATE TRIGGER added BEFORE INSERT ON orders FOR EACH ROW INSERT INTO shop.log VALUES (1)',
    ],
  ])('changes %s', (_, ddl, expected) => {
    expect(placeTrigger(ddl, 'copy')).toBe(expected);
  });
});
