import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateBackupLogs implements MigrationInterface {
  readonly name = 'CreateBackupLogs1790000000006';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE IF NOT EXISTS backup_logs (
        id bigint NOT NULL AUTO_INCREMENT,
        backupid varchar(32) NOT NULL,
        loglevel smallint NOT NULL,
        message longtext NOT NULL,
        created_at bigint NOT NULL,
        PRIMARY KEY (id),
        INDEX IDX_backup_logs_backupid (backupid, id)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE IF EXISTS backup_logs');
  }
}
