/** What stands after FROM for the numbers from 1 on, in a column `seq`; MariaDB and MySQL alike. */
export function numbersTo(count: number): string {
  return `JSON_TABLE(CONCAT('[0', REPEAT(',0', ${String(count - 1)}), ']'), '$[*]' COLUMNS (seq FOR ORDINALITY)) AS numbers`;
}
