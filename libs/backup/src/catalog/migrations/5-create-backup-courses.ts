import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateBackupCourses implements MigrationInterface {
  readonly name = 'CreateBackupCourses1790000000005';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE IF NOT EXISTS backup_courses (
        id bigint NOT NULL AUTO_INCREMENT,
        courseid bigint NOT NULL,
        laststarttime bigint NOT NULL DEFAULT 0,
        lastendtime bigint NOT NULL DEFAULT 0,
        laststatus varchar(1) NOT NULL DEFAULT '5',
        nextstarttime bigint NOT NULL DEFAULT 0,
        PRIMARY KEY (id),
        UNIQUE INDEX UQ_backup_courses_courseid (courseid),
        INDEX IDX_backup_courses_status (laststatus),
        INDEX IDX_backup_courses_next (nextstarttime)
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE IF EXISTS backup_courses');
  }
}
