import { looseReferences } from './adapt-tables.js';

describe('looseReferences', () => {
  const parent = (keys: string): { name: string; ddl: string } => ({
    name: 'parents',
    ddl: `CREATE TABLE \`parents\` (\n  \`id\` int NOT NULL,\n  \`code\` int,\n  ${keys}\n) ENGINE=InnoDB`,
  });
  const child = {
    ddl: 'CREATE TABLE `children` (\n  `code` int,\n  CONSTRAINT `c` FOREIGN KEY (`code`) REFERENCES `parents` (`code`)\n) ENGINE=InnoDB',
  };

  it.each([
    ['a key that is not unique', 'PRIMARY KEY (`id`),\n  KEY `k` (`code`)', 1],
    ['the first column of a longer unique key', 'UNIQUE KEY `k` (`code`,`id`)', 1],
    ['a unique key', 'PRIMARY KEY (`id`),\n  UNIQUE KEY `k` (`code`)', 0],
    ['the primary key', 'PRIMARY KEY (`code`)', 0],
  ])('looks at a foreign key to %s', (_to, keys, losses) => {
    expect(looseReferences(child, [parent(keys)])).toHaveLength(losses);
  });

  it('leaves tables that are not restored to the server', () => {
    expect(looseReferences(child, [])).toEqual([]);
  });
});
