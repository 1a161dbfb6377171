import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateRepositories1767225660000 implements MigrationInterface {
  readonly name = 'CreateRepositories1767225660000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE repositories (
        id INT UNSIGNED NOT NULL AUTO_INCREMENT,
        code VARCHAR(32) NOT NULL,
        name VARCHAR(300) NOT NULL,
        country CHAR(2) NOT NULL,
        latitude DOUBLE NULL,
        longitude DOUBLE NULL,
        opening_hours JSON NULL,
        PRIMARY KEY (id),
        UNIQUE KEY uq_repositories_code (code)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE repositories');
  }
}
