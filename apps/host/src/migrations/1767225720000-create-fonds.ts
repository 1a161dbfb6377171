import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateFonds1767225720000 implements MigrationInterface {
  readonly name = 'CreateFonds1767225720000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE fonds (
        id INT UNSIGNED NOT NULL AUTO_INCREMENT,
        repository_id INT UNSIGNED NOT NULL,
        code VARCHAR(32) NOT NULL,
        title VARCHAR(300) NOT NULL,
        history MEDIUMTEXT NULL,
        begun_on DATE NULL,
        ended_on DATE NULL,
        extent_metres DECIMAL(10,3) NULL,
        PRIMARY KEY (id),
        UNIQUE KEY uq_fonds_code (code),
        KEY ix_fonds_repository (repository_id),
        CONSTRAINT fk_fonds_repository FOREIGN KEY (repository_id) REFERENCES repositories (id)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE fonds');
  }
}
