import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateBackupIdempotency implements MigrationInterface {
  readonly name = 'CreateBackupIdempotency1790000000009';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE IF NOT EXISTS backup_idempotency (
        key_hash char(64) NOT NULL,
        fingerprint char(64) NOT NULL,
        answer mediumtext NOT NULL,
        created_at datetime(3) NOT NULL,
        expires_at datetime(3) NOT NULL,
        PRIMARY KEY (key_hash),
        KEY IDX_backup_idempotency_expires_at (expires_at)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE IF EXISTS backup_idempotency');
  }
}
