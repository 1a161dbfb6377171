import { tableCreation } from './table-creation.js';

const DDL = `CREATE TABLE \`t\` (
  \`id\` int NOT NULL AUTO_INCREMENT,
  \`COLLATE\` char(12) COLLATE utf8mb4_pl_0900_ai_ci DEFAULT 'COLLATE x',
  \`own\` char(12) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin GENERATED ALWAYS AS ((\`a\` collate utf8mb4_bin)) VIRTUAL,
  \`e\` enum('a','b') COLLATE utf8mb4_pl_0900_ai_ci,
  PRIMARY KEY (\`id\`)
) ENGINE=ARCHIVE AUTO_INCREMENT=7 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_pl_0900_ai_ci`;

describe('tableCreation', () => {
  it('lets columns of MySQL inherit the collation that they were given by their table', () => {
    const made = tableCreation({ ddl: DDL, engine: 'InnoDB', rows: 1 }, 'mysql');
    expect(made).toBe(
      DDL.replace(" COLLATE utf8mb4_pl_0900_ai_ci DEFAULT 'COLLATE x'", " DEFAULT 'COLLATE x'").replace(
        "enum('a','b') COLLATE utf8mb4_pl_0900_ai_ci",
        "enum('a','b')",
      ),
    );
  });

  it('leaves those of MariaDB alone, which have a collation of their own', () => {
    expect(tableCreation({ ddl: DDL, engine: 'InnoDB', rows: 1 }, 'mariadb')).toBe(DDL);
  });

  it('starts the counter of an ARCHIVE table with its rows, and that of an empty one where it was', () => {
    expect(tableCreation({ ddl: DDL, engine: 'ARCHIVE', rows: 1 }, 'mariadb')).toBe(
      DDL.replace(' AUTO_INCREMENT=7', ''),
    );
    expect(tableCreation({ ddl: DDL, engine: 'ARCHIVE', rows: 0 }, 'mariadb')).toBe(DDL);
  });
});
