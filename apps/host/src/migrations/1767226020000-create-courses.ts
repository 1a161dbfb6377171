import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateCourses1767226020000 implements MigrationInterface {
  readonly name = 'CreateCourses1767226020000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE courses (
        id INT UNSIGNED NOT NULL AUTO_INCREMENT,
        teacher_id INT UNSIGNED NULL,
        code VARCHAR(32) NOT NULL,
        name VARCHAR(300) NOT NULL,
        summary TEXT NULL,
        starts_on DATE NOT NULL,
        ends_on DATE NULL,
        fee DECIMAL(8,2) NOT NULL DEFAULT 0,
        visible TINYINT(1) NOT NULL DEFAULT 1,
        PRIMARY KEY (id),
        UNIQUE KEY uq_courses_code (code),
        KEY ix_courses_teacher (teacher_id),
        CONSTRAINT fk_courses_teacher FOREIGN KEY (teacher_id) REFERENCES users (id) ON DELETE SET NULL
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE courses');
  }
}
