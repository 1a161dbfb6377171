import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateEnrolments1767226260000 implements MigrationInterface {
  readonly name = 'CreateEnrolments1767226260000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE enrolments (
        course_id INT UNSIGNED NOT NULL,
        user_id INT UNSIGNED NOT NULL,
        role ENUM('student', 'assistant') NOT NULL,
        enrolled_at DATETIME(6) NOT NULL,
        expires_on DATE NULL,
        PRIMARY KEY (course_id, user_id),
        KEY ix_enrolments_user (user_id),
        CONSTRAINT fk_enrolments_course FOREIGN KEY (course_id) REFERENCES courses (id) ON DELETE CASCADE,
        CONSTRAINT fk_enrolments_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE enrolments');
  }
}
