import { quoteName } from './fidelity-session.js';

/** Foreign keys in circles and into the schema `other`, and rows that no longer have their parent. */
export function references(own: string, other: string): string[] {
  const elsewhere = quoteName(other);
  return [
    `CREATE TABLE tree (id int PRIMARY KEY, parent int NULL, CONSTRAINT \`odd's \`\`fk\` FOREIGN KEY (parent) REFERENCES tree (id) ON DELETE SET NULL ON UPDATE CASCADE)`,
    'INSERT INTO tree VALUES (1, 2), (2, 1), (3, NULL), (4, 4)',
    'CREATE TABLE hen (id int PRIMARY KEY, egg int, FOREIGN KEY (egg) REFERENCES egg (id))',
    'CREATE TABLE egg (id int PRIMARY KEY, hen int, FOREIGN KEY (hen) REFERENCES hen (id) ON DELETE CASCADE)',
    'INSERT INTO hen VALUES (1, 1)',
    'INSERT INTO egg VALUES (1, 1)',
    ...['c', 'b', 'a'].flatMap((name, index, all) => [
      `CREATE TABLE circle_${name} (id int PRIMARY KEY, next int, CONSTRAINT circle_${index} FOREIGN KEY (next) REFERENCES circle_${all[(index + 1) % 3]} (id))`,
      `INSERT INTO circle_${name} VALUES (1, 1), (2, NULL)`,
    ]),
    'CREATE TABLE pair_parent (a int, b varchar(20), PRIMARY KEY (a, b))',
    'CREATE TABLE a_pair_child (x int PRIMARY KEY, a int, b varchar(20), FOREIGN KEY (a, b) REFERENCES pair_parent (a, b) ON UPDATE CASCADE)',
    "INSERT INTO pair_parent VALUES (1, 'x')",
    "INSERT INTO a_pair_child VALUES (1, 1, 'x'), (2, NULL, 'y'), (3, 9, 'orphan')",
    `CREATE TABLE ${elsewhere}.far (id int PRIMARY KEY, back int, CONSTRAINT back FOREIGN KEY (back) REFERENCES ${quoteName(own)}.near (id))`,
    `CREATE TABLE near (id int PRIMARY KEY, far int, FOREIGN KEY (far) REFERENCES ${elsewhere}.far (id) ON DELETE CASCADE)`,
    'INSERT INTO near VALUES (1, 1), (2, 77)',
    `INSERT INTO ${elsewhere}.far VALUES (1, 1), (2, NULL)`,
  ];
}

/** A column whose default comes from a sequence of the schema `other`. */
export function sequenceReferences(other: string): string[] {
  const sequence = `${quoteName(other)}.far_counter`;
  return [
    `CREATE SEQUENCE ${sequence} START WITH 10 NOCACHE`,
    `CREATE TABLE counted_elsewhere (id int PRIMARY KEY, n bigint DEFAULT nextval(${sequence}))`,
    'INSERT INTO counted_elsewhere (id) VALUES (1), (2)',
  ];
}

/** Keys that stand for nothing, which MariaDB takes: their parents are no InnoDB tables, or have partitions. */
export function emptyReferences(): string[] {
  return [
    'CREATE TABLE parent_in_myisam (id int PRIMARY KEY) ENGINE=MyISAM',
    'CREATE TABLE parent_in_parts (id int PRIMARY KEY) PARTITION BY HASH (id) PARTITIONS 2',
    `CREATE TABLE child_of_none (id int PRIMARY KEY, a int, b int, c int, FOREIGN KEY (a) REFERENCES parent_in_myisam (id),
      CONSTRAINT to_parts FOREIGN KEY (b) REFERENCES parent_in_parts (id) ON DELETE CASCADE, CONSTRAINT to_nothing FOREIGN KEY (c) REFERENCES never_made (id))`,
    'INSERT INTO child_of_none VALUES (1, 1, 1, 1), (2, NULL, NULL, NULL)',
  ];
}
