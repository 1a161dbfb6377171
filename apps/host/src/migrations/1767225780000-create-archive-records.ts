import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateArchiveRecords1767225780000 implements MigrationInterface {
  readonly name = 'CreateArchiveRecords1767225780000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE archive_records (
        id INT UNSIGNED NOT NULL AUTO_INCREMENT,
        fonds_id INT UNSIGNED NOT NULL,
        parent_id INT UNSIGNED NULL,
        created_by INT UNSIGNED NULL,
        reference_code VARCHAR(64) NOT NULL,
        level ENUM('series', 'file', 'item') NOT NULL,
        title VARCHAR(500) NOT NULL,
        scope TEXT NULL,
        metadata JSON NULL,
        valuation DECIMAL(18,4) NULL,
        date_from DATE NULL,
        date_to DATE NULL,
        year_from SMALLINT GENERATED ALWAYS AS (YEAR(date_from)) STORED,
        published TINYINT(1) NOT NULL DEFAULT 0,
        created_at DATETIME(6) NOT NULL,
        updated_at TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
        PRIMARY KEY (id),
        UNIQUE KEY uq_archive_records_reference_code (reference_code),
        KEY ix_archive_records_fonds (fonds_id),
        KEY ix_archive_records_parent (parent_id),
        KEY ix_archive_records_created_by (created_by),
        KEY ix_archive_records_year_from (year_from),
        CONSTRAINT fk_archive_records_fonds FOREIGN KEY (fonds_id) REFERENCES fonds (id),
        CONSTRAINT fk_archive_records_parent FOREIGN KEY (parent_id) REFERENCES archive_records (id),
        CONSTRAINT fk_archive_records_created_by FOREIGN KEY (created_by) REFERENCES users (id) ON DELETE SET NULL,
        CONSTRAINT ck_archive_records_dates CHECK (date_from IS NULL OR date_to IS NULL OR date_from <= date_to)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE archive_records');
  }
}
