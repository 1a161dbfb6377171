import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateGrades1767226320000 implements MigrationInterface {
  readonly name = 'CreateGrades1767226320000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE grades (
        id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
        activity_id INT UNSIGNED NOT NULL,
        course_id INT UNSIGNED NOT NULL,
        user_id INT UNSIGNED NOT NULL,
        score DECIMAL(10,5) NULL,
        weight FLOAT NOT NULL DEFAULT 1,
        raw_score DOUBLE NULL,
        feedback TEXT NULL,
        graded_at DATETIME(6) NULL,
        PRIMARY KEY (id),
        UNIQUE KEY uq_grades_activity_user (activity_id, user_id),
        KEY ix_grades_enrolment (course_id, user_id),
        CONSTRAINT fk_grades_activity FOREIGN KEY (activity_id) REFERENCES activities (id) ON DELETE CASCADE,
        CONSTRAINT fk_grades_enrolment FOREIGN KEY (course_id, user_id) REFERENCES enrolments (course_id, user_id) ON DELETE CASCADE
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE grades');
  }
}
