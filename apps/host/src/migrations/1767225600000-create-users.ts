import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateUsers1767225600000 implements MigrationInterface {
  readonly name = 'CreateUsers1767225600000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE users (
        id INT UNSIGNED NOT NULL AUTO_INCREMENT,
        email VARCHAR(254) NOT NULL,
        display_name VARCHAR(200) NOT NULL,
        role ENUM('administrator', 'archivist', 'teacher', 'student') NOT NULL,
        is_active TINYINT(1) NOT NULL DEFAULT 1,
        preferences JSON NULL,
        biography TEXT NULL,
        created_at DATETIME(6) NOT NULL,
        last_seen_at TIMESTAMP(3) NULL DEFAULT NULL,
        PRIMARY KEY (id),
        UNIQUE KEY uq_users_email (email)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE users');
  }
}
