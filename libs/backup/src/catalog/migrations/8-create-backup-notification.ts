import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateBackupNotification implements MigrationInterface {
  readonly name = 'CreateBackupNotification1790000000008';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE IF NOT EXISTS backup_notification (
        name varchar(191) NOT NULL,
        state text NOT NULL,
        changed_at datetime(3) NOT NULL,
        PRIMARY KEY (name)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE IF EXISTS backup_notification');
  }
}
