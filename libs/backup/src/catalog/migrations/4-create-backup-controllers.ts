import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateBackupControllers implements MigrationInterface {
  readonly name = 'CreateBackupControllers1790000000004';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE IF NOT EXISTS backup_controllers (
        id bigint NOT NULL AUTO_INCREMENT,
        backupid varchar(32) NOT NULL,
        checksum varchar(32) NOT NULL,
        controller longtext NOT NULL,
        operation varchar(20) NOT NULL,
        type varchar(10) NOT NULL,
        itemid bigint NOT NULL DEFAULT 0,
        format varchar(20) NOT NULL,
        interactive smallint NOT NULL DEFAULT 0,
        purpose smallint NOT NULL,
        userid bigint NULL,
        status smallint NOT NULL,
        execution smallint NOT NULL,
        executiontime bigint NOT NULL DEFAULT 0,
        progress decimal(15,14) NOT NULL DEFAULT 0,
        bytes bigint NOT NULL DEFAULT 0,
        bytes_per_second bigint NOT NULL DEFAULT 0,
        seconds_left bigint NULL,
        error_code varchar(40) NULL,
        created_at bigint NOT NULL,
        updated_at bigint NOT NULL,
        PRIMARY KEY (id),
        UNIQUE INDEX UQ_backup_controllers_backupid (backupid),
        INDEX IDX_backup_controllers_status (status),
        INDEX IDX_backup_controllers_operation (operation),
        INDEX IDX_backup_controllers_operation_status (operation, status),
        INDEX IDX_backup_controllers_type (type),
        INDEX IDX_backup_controllers_item (itemid),
        INDEX IDX_backup_controllers_user (userid)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE IF EXISTS backup_controllers');
  }
}
