import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateBackupRestoreLog implements MigrationInterface {
  readonly name = 'CreateBackupRestoreLog1790000000003';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE IF NOT EXISTS backup_restore_log (
        id int NOT NULL AUTO_INCREMENT,
        backup_id int NOT NULL,
        restore_type enum('full','database','files','configuration','course') NOT NULL,
        status enum('pending','running','completed','failed','undone') NOT NULL DEFAULT 'pending',
        started_at datetime(3) NULL,
        completed_at datetime(3) NULL,
        tables_restored json NULL,
        files_restored json NULL,
        initiated_by int NULL,
        notes text NULL,
        error_message text NULL,
        created_at datetime(3) NOT NULL,
        backupid varchar(32) NULL,
        target varchar(512) NULL,
        PRIMARY KEY (id),
        INDEX IDX_backup_restore_log_backup (backup_id),
        INDEX IDX_backup_restore_log_backupid (backupid),
        CONSTRAINT FK_backup_restore_log_backup FOREIGN KEY (backup_id) REFERENCES backup_history (id) ON DELETE RESTRICT ON UPDATE NO ACTION
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE IF EXISTS backup_restore_log');
  }
}
