import { numbersTo } from './numbered-rows.js';
import type { TestServer } from './test-server.js';

/** Tables that have two triggers each: what takes time while a restore swaps. */
const DETAILS = Array.from({ length: 16 }, (_, index) => `detail_${String(index + 1).padStart(2, '0')}`);
const VIEWS = Array.from({ length: 12 }, (_, index) => index + 1);
/** About what one row of `orders` with its items takes as SQL, bytes. */
const BYTES_PER_ORDER = 620;

/** A small application's database: foreign keys in a cycle, triggers, views of views, routines, an event, MariaDB's sequence. */
export function applicationStatements(megabytes: number, server: TestServer['name'] = 'MariaDB'): string[] {
  const orders = Math.round((megabytes * 1_000_000) / BYTES_PER_ORDER);
  return [
    'CREATE TABLE customers (id int PRIMARY KEY AUTO_INCREMENT, name varchar(80) NOT NULL, orders int NOT NULL DEFAULT 0, KEY (name))',
    `INSERT INTO customers (name) SELECT CONCAT('Customer ', seq) FROM ${numbersTo(2000)}`,
    `CREATE TABLE orders (id int PRIMARY KEY AUTO_INCREMENT, customer_id int NOT NULL, body varchar(400) NOT NULL, made_at datetime NOT NULL,
      KEY (made_at), CONSTRAINT orders_customer FOREIGN KEY (customer_id) REFERENCES customers (id) ON DELETE CASCADE)`,
    `INSERT INTO orders (customer_id, body, made_at) SELECT 1 + seq % 2000, REPEAT(SHA2(seq, 256), 5), '2024-01-01' + INTERVAL seq MINUTE FROM ${numbersTo(orders)}`,
    `CREATE TABLE items (order_id int, line int, article varchar(80), price decimal(10,2), PRIMARY KEY (order_id, line), KEY (article),
      CONSTRAINT items_order FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE)`,
    `INSERT INTO items SELECT 1 + seq % ${String(orders)}, seq, CONCAT('Article ', SHA2(seq, 256)), seq / 7 FROM ${numbersTo(orders * 2)}`,
    'CREATE TABLE departments (id int PRIMARY KEY, head int NULL)',
    'CREATE TABLE employees (id int PRIMARY KEY, department int NULL, CONSTRAINT employee_department FOREIGN KEY (department) REFERENCES departments (id))',
    'ALTER TABLE departments ADD CONSTRAINT department_head FOREIGN KEY (head) REFERENCES employees (id)',
    'INSERT INTO departments VALUES (1, NULL), (2, NULL)',
    'INSERT INTO employees VALUES (1, 1), (2, 2)',
    'UPDATE departments SET head = id',
    'CREATE TABLE audit (id int PRIMARY KEY AUTO_INCREMENT, what varchar(100))',
    ...onMariadb(server, 'CREATE SEQUENCE invoice_number START WITH 100'),
    ...DETAILS.flatMap(detail),
    ...triggers(),
    ...views(),
    'CREATE FUNCTION shout(text varchar(100)) RETURNS varchar(101) DETERMINISTIC RETURN CONCAT(UPPER(text), "!")',
    'CREATE PROCEDURE forget_audit() DELETE FROM audit',
    'CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY DISABLE DO CALL forget_audit()',
  ];
}

/** What happens to the application after its backup: rows and definitions change, and a table comes that the backup lacks. */
export function laterStatements(server: TestServer['name'] = 'MariaDB'): string[] {
  return [
    'DELETE FROM items WHERE line % 50 = 0',
    "UPDATE orders SET body = 'changed' WHERE id % 10 = 0",
    'INSERT INTO departments VALUES (3, 1)',
    'ALTER TABLE detail_01 ADD COLUMN later int DEFAULT 7',
    'DROP TRIGGER detail_02_first',
    "CREATE TRIGGER detail_03_later AFTER DELETE ON detail_03 FOR EACH ROW INSERT INTO audit (what) VALUES ('later')",
    'CREATE OR REPLACE VIEW view_01 AS SELECT id, name FROM customers WHERE id > 5',
    ...onMariadb(server, 'DO NEXTVAL(invoice_number)'),
    // not in the backup: they stay, and the foreign key has to go on referring to the live table
    'CREATE TABLE stays (id int PRIMARY KEY, order_id int, CONSTRAINT stays_order FOREIGN KEY (order_id) REFERENCES orders (id))',
    'INSERT INTO stays VALUES (1, 1), (2, 2)',
    "CREATE TRIGGER stays_audit AFTER INSERT ON stays FOR EACH ROW INSERT INTO audit (what) VALUES ('stays')",
    'CREATE VIEW stays_too AS SELECT stays.id, orders.body FROM stays JOIN orders ON orders.id = stays.order_id',
  ];
}

function detail(name: string): string[] {
  return [
    `CREATE TABLE ${name} (id int PRIMARY KEY AUTO_INCREMENT, customer_id int, note varchar(50),
      CONSTRAINT ${name}_customer FOREIGN KEY (customer_id) REFERENCES customers (id))`,
    `INSERT INTO ${name} (customer_id, note) SELECT 1 + seq % 2000, CONCAT('Note ', seq) FROM ${numbersTo(200)}`,
  ];
}

/** Two for one event, whose order matters. */
function triggers(): string[] {
  return [
    ...DETAILS.flatMap((table) => [
      `CREATE TRIGGER ${table}_first BEFORE INSERT ON ${table} FOR EACH ROW SET NEW.note = CONCAT(NEW.note, ' 1')`,
      `CREATE TRIGGER ${table}_second BEFORE INSERT ON ${table} FOR EACH ROW SET NEW.note = CONCAT(NEW.note, ' 2')`,
    ]),
    `CREATE TRIGGER count_orders AFTER INSERT ON orders FOR EACH ROW UPDATE customers SET orders = orders + 1 WHERE id = NEW.customer_id`,
  ];
}

function views(): string[] {
  const name = (index: number): string => `view_${String(index).padStart(2, '0')}`;
  return VIEWS.map((index) =>
    index === 1
      ? `CREATE VIEW ${name(1)} AS SELECT id, name FROM customers`
      : `CREATE VIEW ${name(index)} AS SELECT * FROM ${name(index - 1)} WHERE id > ${String(index)}`,
  );
}

function onMariadb(server: TestServer['name'], statement: string): string[] {
  return server === 'MariaDB' ? [statement] : [];
}
