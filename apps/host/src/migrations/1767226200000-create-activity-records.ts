import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateActivityRecords1767226200000 implements MigrationInterface {
  readonly name = 'CreateActivityRecords1767226200000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE activity_records (
        activity_id INT UNSIGNED NOT NULL,
        record_id INT UNSIGNED NOT NULL,
        note VARCHAR(500) NULL,
        PRIMARY KEY (activity_id, record_id),
        KEY ix_activity_records_record (record_id),
        CONSTRAINT fk_activity_records_activity FOREIGN KEY (activity_id) REFERENCES activities (id) ON DELETE CASCADE,
        CONSTRAINT fk_activity_records_record FOREIGN KEY (record_id) REFERENCES archive_records (id) ON DELETE CASCADE
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE activity_records');
  }
}
