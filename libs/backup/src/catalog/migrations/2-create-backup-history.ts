import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateBackupHistory implements MigrationInterface {
  readonly name = 'CreateBackupHistory1790000000002';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE IF NOT EXISTS backup_history (
        id int NOT NULL AUTO_INCREMENT,
        backup_type enum('full','database','files','incremental','configuration','course') NOT NULL,
        backup_name varchar(191) NOT NULL,
        file_path varchar(1024) NOT NULL,
        file_size bigint NOT NULL DEFAULT 0,
        checksum varchar(64) NULL,
        status enum('pending','running','completed','failed','deleted') NOT NULL DEFAULT 'pending',
        started_at datetime(3) NULL,
        completed_at datetime(3) NULL,
        duration_seconds int NULL,
        tables_included json NULL,
        partial json NULL,
        files_included json NULL,
        compression varchar(20) NULL,
        encryption tinyint(1) NOT NULL DEFAULT 0,
        encryption_key_id int NULL,
        verified tinyint(1) NOT NULL DEFAULT 0,
        verified_at datetime(3) NULL,
        drilled_at datetime(3) NULL,
        drill_seconds int NULL,
        retention_days int NULL,
        expires_at date NULL,
        initiated_by int NULL,
        notes text NULL,
        error_message text NULL,
        created_at datetime(3) NOT NULL,
        parent_id int NULL,
        schedule_id int NULL,
        backupid varchar(32) NULL,
        storage varchar(512) NULL,
        logical_size bigint NULL,
        lock_milliseconds double NULL,
        pinned tinyint(1) NOT NULL DEFAULT 0,
        pinned_reason varchar(255) NULL,
        PRIMARY KEY (id),
        UNIQUE INDEX UQ_backup_history_name (backup_name),
        INDEX IDX_backup_history_created (created_at),
        INDEX IDX_backup_history_type (backup_type, created_at),
        INDEX IDX_backup_history_status (status, created_at),
        INDEX IDX_backup_history_status_type (status, backup_type, created_at),
        INDEX IDX_backup_history_totals (status, backup_type, file_size),
        INDEX IDX_backup_history_verified (verified, created_at),
        INDEX IDX_backup_history_schedule (schedule_id, created_at),
        INDEX IDX_backup_history_outcome (schedule_id, backup_type, status, created_at),
        INDEX IDX_backup_history_checked (status, verified, verified_at),
        INDEX IDX_backup_history_drilled (drilled_at),
        INDEX IDX_backup_history_parent (parent_id),
        INDEX IDX_backup_history_expires (status, expires_at),
        INDEX IDX_backup_history_key (encryption_key_id, status),
        INDEX IDX_backup_history_backupid (backupid),
        CONSTRAINT FK_backup_history_parent FOREIGN KEY (parent_id) REFERENCES backup_history (id) ON DELETE SET NULL ON UPDATE NO ACTION,
        CONSTRAINT FK_backup_history_schedule FOREIGN KEY (schedule_id) REFERENCES backup_schedule (id) ON DELETE SET NULL ON UPDATE NO ACTION
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE IF EXISTS backup_history');
  }
}
