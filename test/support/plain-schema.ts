/** What both kinds of servers have: tables of every common type, with what stands on them. */
export const PLAIN_SCHEMA = `
CREATE TABLE people (
  id int unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, is_active tinyint(1) NOT NULL DEFAULT 0, born year DEFAULT 2020,
  balance decimal(10,2) DEFAULT 1.5, score float DEFAULT 0.1, weight double NOT NULL DEFAULT 1e10,
  padded int(5) zerofill, big bigint DEFAULT -5, flags bit(3) DEFAULT b'101', small smallint,
  name varchar(40) NOT NULL DEFAULT 'it''s \\\\ x', note text, code char(3) CHARACTER SET latin1, level enum('a','b''c','') DEFAULT 'a',
  marks set('x','y') DEFAULT 'x,y', hash binary(4) DEFAULT 'ab', raw varbinary(10), picture blob,
  made timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP, seen timestamp(3) NULL,
  at_time datetime(6) DEFAULT CURRENT_TIMESTAMP(6), never datetime DEFAULT '0000-00-00 00:00:00', day date, lasts time(2),
  UNIQUE KEY by_name (name), KEY by_note (note(5)), KEY by_day (day DESC, big), FULLTEXT KEY words (note)
) COMMENT='people''s';
CREATE TABLE documents (id int PRIMARY KEY, doc json, more json NOT NULL);
CREATE TABLE computed (
  id int PRIMARY KEY, a int, b int GENERATED ALWAYS AS (a + 1) VIRTUAL, c varchar(50) GENERATED ALWAYS AS (concat('x', a, 'y''')) STORED,
  d int DEFAULT (1 + 2), u varchar(36) DEFAULT (uuid()), t text DEFAULT ('abc'),
  CHECK (a > 0), CONSTRAINT named CHECK (a < 100 AND a IS NOT NULL)
);
CREATE TABLE also_checked (id int PRIMARY KEY, CHECK (id > 0));
CREATE TABLE years (id int NOT NULL, day date NOT NULL, PRIMARY KEY (id, day))
  PARTITION BY RANGE (YEAR(day)) (PARTITION p0 VALUES LESS THAN (2020), PARTITION later VALUES LESS THAN MAXVALUE);
CREATE TABLE spread (id int PRIMARY KEY) PARTITION BY HASH (id) PARTITIONS 3;
CREATE TABLE listed (a varchar(10), b int) PARTITION BY LIST COLUMNS (a) (PARTITION p1 VALUES IN ('a', 'b'), PARTITION p2 VALUES IN ('c'));
CREATE TABLE visits (
  id int PRIMARY KEY, person_id int unsigned, CONSTRAINT visitor FOREIGN KEY (person_id) REFERENCES people (id) ON DELETE CASCADE ON UPDATE RESTRICT
);
CREATE TABLE places (id int PRIMARY KEY, p point NOT NULL, g geometry, c geometrycollection, SPATIAL KEY by_place (p)) ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=8;
CREATE TABLE old_engine (id int PRIMARY KEY, n int) ENGINE=MyISAM;
CREATE TABLE strings (word varchar(20) NOT NULL PRIMARY KEY, n int) COLLATE utf8mb4_unicode_ci;
CREATE TABLE nothing (id int PRIMARY KEY);
INSERT INTO people (id, name, balance, score, weight, padded, big, flags, note, code, level, marks, hash, raw, picture, seen, at_time, day, lasts) VALUES
  (1, 'é😀', 12.34, 0.1, 1e300, 7, -9223372036854775808, b'1', 'text\\n;\\n', 'ö', '', 'x', 'x', 0x00ff0a, 0x000102, '2020-02-03 04:05:06.123', '2020-02-03 04:05:06.123456', '2020-01-01', '-838:59:59'),
  (2, 'b', 99999999.99, 3.4e38, 0.1, 12345, 1, b'111', '', '', 'b''c', '', '', '', '', NULL, NULL, NULL, NULL),
  (3, 'z', 0, 1e-30, 1.7976931348623157e308, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '1000-01-01 00:00:00', '9999-12-31', '10:00:00.25');
INSERT INTO documents VALUES (1, '{"b": 1, "a":[1,2.50,"x\\\\u00e9\\\\n"]}', '[]'), (2, NULL, '{"k":  "v", "longer": null, "a": 1e2}');
INSERT INTO computed (id, a) VALUES (1, 5), (2, 7);
INSERT INTO also_checked VALUES (1);
INSERT INTO years VALUES (1, '2019-01-01'), (2, '2022-01-01');
INSERT INTO spread VALUES (1), (2), (3);
INSERT INTO listed VALUES ('a', 1), ('c', 2), ('a', 1);
INSERT INTO visits VALUES (1, 1), (2, NULL);
INSERT INTO places VALUES (1, POINT(1, 2), NULL, NULL), (2, POINT(3, 4), ST_GeomFromText('LINESTRING(0 0,1 1)'), ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 1))'));
INSERT INTO old_engine VALUES (2, 3), (1, 2);
INSERT INTO strings VALUES ('b', 1), ('ä', 2), ('z', 3), ('C', 4), ('_', 5);
CREATE VIEW grown AS SELECT p.id, concat(p.balance, 'x''') AS shown FROM people p LEFT JOIN visits v ON v.person_id = p.id WHERE p.id > 0;
CREATE VIEW ids AS SELECT id FROM grown;
CREATE PROCEDURE count_people(IN least int) BEGIN DECLARE found int DEFAULT 0; SELECT count(*) INTO found FROM people WHERE id >= least; -- don't stop here
  SELECT found; END;
CREATE FUNCTION next_of(n int) RETURNS int DETERMINISTIC RETURN n + 1;
CREATE TRIGGER shout BEFORE INSERT ON strings FOR EACH ROW SET NEW.word = upper(NEW.word);
CREATE EVENT tidy ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 00:00:00' DO DELETE FROM nothing;
`;

/** Tables of the schema, and what is selected of each so that both kinds of servers show it alike. */
export const PLAIN_TABLES: readonly (readonly [table: string, columns: string])[] = [
  ['people', '*, CAST(score AS double) AS bits, HEX(flags) AS flags, HEX(picture) AS picture'],
  ['documents', '*'],
  ['computed', '*'],
  ['also_checked', '*'],
  ['years', '*'],
  ['spread', '*'],
  ['listed', '*'],
  ['visits', '*'],
  ['places', 'id, HEX(p) AS p, HEX(g) AS g, HEX(c) AS c'],
  ['old_engine', '*'],
  ['strings', '*'],
  ['nothing', '*'],
  ['grown', '*'],
  ['ids', '*'],
];
