import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateRecordTranslations1767225840000 implements MigrationInterface {
  readonly name = 'CreateRecordTranslations1767225840000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE record_translations (
        record_id INT UNSIGNED NOT NULL,
        language VARCHAR(12) NOT NULL,
        title VARCHAR(500) NOT NULL,
        scope LONGTEXT NULL,
        translated_at DATETIME(6) NULL,
        PRIMARY KEY (record_id, language),
        CONSTRAINT fk_record_translations_record FOREIGN KEY (record_id) REFERENCES archive_records (id) ON DELETE CASCADE
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE record_translations');
  }
}
