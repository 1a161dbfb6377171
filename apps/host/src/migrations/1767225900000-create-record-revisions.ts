import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateRecordRevisions1767225900000 implements MigrationInterface {
  readonly name = 'CreateRecordRevisions1767225900000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE record_revisions (
        id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
        record_id INT UNSIGNED NOT NULL,
        old_title VARCHAR(500) NOT NULL,
        old_valuation DECIMAL(18,4) NULL,
        changed_by VARCHAR(320) NOT NULL,
        changed_at DATETIME(6) NOT NULL,
        PRIMARY KEY (id),
        KEY ix_record_revisions_record (record_id, changed_at),
        CONSTRAINT fk_record_revisions_record FOREIGN KEY (record_id) REFERENCES archive_records (id) ON DELETE CASCADE
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE record_revisions');
  }
}
