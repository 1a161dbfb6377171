import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateUploads1767225960000 implements MigrationInterface {
  readonly name = 'CreateUploads1767225960000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE uploads (
        id INT UNSIGNED NOT NULL AUTO_INCREMENT,
        record_id INT UNSIGNED NULL,
        uploaded_by INT UNSIGNED NULL,
        path VARCHAR(1024) NOT NULL,
        media_type VARCHAR(127) NOT NULL,
        byte_size BIGINT UNSIGNED NOT NULL,
        sha256 BINARY(32) NOT NULL,
        perceptual_hash VARBINARY(16) NULL,
        thumbnail MEDIUMBLOB NULL,
        captured_at DATETIME(3) NULL,
        uploaded_at DATETIME(6) NOT NULL,
        PRIMARY KEY (id),
        KEY ix_uploads_record (record_id),
        KEY ix_uploads_uploaded_by (uploaded_by),
        KEY ix_uploads_sha256 (sha256),
        CONSTRAINT fk_uploads_record FOREIGN KEY (record_id) REFERENCES archive_records (id) ON DELETE SET NULL,
        CONSTRAINT fk_uploads_uploaded_by FOREIGN KEY (uploaded_by) REFERENCES users (id) ON DELETE SET NULL
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE uploads');
  }
}
