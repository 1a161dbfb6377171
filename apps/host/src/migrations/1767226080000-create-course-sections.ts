import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateCourseSections1767226080000 implements MigrationInterface {
  readonly name = 'CreateCourseSections1767226080000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE course_sections (
        id INT UNSIGNED NOT NULL AUTO_INCREMENT,
        course_id INT UNSIGNED NOT NULL,
        position SMALLINT UNSIGNED NOT NULL,
        title VARCHAR(300) NOT NULL,
        summary TEXT NULL,
        PRIMARY KEY (id),
        UNIQUE KEY uq_course_sections_position (course_id, position),
        CONSTRAINT fk_course_sections_course FOREIGN KEY (course_id) REFERENCES courses (id) ON DELETE CASCADE
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE course_sections');
  }
}
