import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateBackupSchedule implements MigrationInterface {
  readonly name = 'CreateBackupSchedule1790000000001';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE IF NOT EXISTS backup_schedule (
        id int NOT NULL AUTO_INCREMENT,
        name varchar(191) NOT NULL,
        operation enum('backup','verify','cleanup') NOT NULL DEFAULT 'backup',
        backup_type enum('full','database','files','incremental','configuration','course') NULL,
        cron_expression varchar(191) NOT NULL,
        retention_days int NULL,
        compression varchar(20) NULL,
        encryption tinyint(1) NULL,
        encryption_key_id int NULL,
        include_files tinyint(1) NOT NULL DEFAULT 1,
        include_databases tinyint(1) NOT NULL DEFAULT 1,
        include_tables json NULL,
        exclude_tables json NULL,
        storage_path varchar(1024) NULL,
        remote_storage json NULL,
        notification_email varchar(255) NULL,
        is_active tinyint(1) NOT NULL DEFAULT 1,
        last_run_at datetime(3) NULL,
        next_run_at datetime(3) NULL,
        next_run_of varchar(256) NULL,
        created_at datetime(3) NOT NULL,
        updated_at datetime(3) NOT NULL,
        time_zone varchar(64) NOT NULL DEFAULT 'UTC',
        missed_run enum('run_once','skip') NOT NULL DEFAULT 'run_once',
        full_every int NULL,
        last_backupid varchar(32) NULL,
        last_error text NULL,
        PRIMARY KEY (id),
        INDEX IDX_backup_schedule_due (is_active, next_run_at)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE IF EXISTS backup_schedule');
  }
}
