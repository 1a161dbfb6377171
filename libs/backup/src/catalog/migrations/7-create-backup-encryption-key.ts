import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateBackupEncryptionKey implements MigrationInterface {
  readonly name = 'CreateBackupEncryptionKey1790000000007';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE IF NOT EXISTS backup_encryption_key (
        id int NOT NULL AUTO_INCREMENT,
        label varchar(191) NOT NULL,
        recipient text NOT NULL,
        created_at datetime(3) NOT NULL,
        retired_at datetime(3) NULL,
        PRIMARY KEY (id),
        UNIQUE INDEX UQ_backup_encryption_key_label (label)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE IF EXISTS backup_encryption_key');
  }
}
