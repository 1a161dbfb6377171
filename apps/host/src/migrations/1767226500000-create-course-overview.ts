import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateCourseOverview1767226500000 implements MigrationInterface {
  readonly name = 'CreateCourseOverview1767226500000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE SQL SECURITY INVOKER VIEW course_overview AS
      SELECT
        courses.id AS id,
        courses.code AS code,
        courses.name AS name,
        courses.starts_on AS starts_on,
        courses.ends_on AS ends_on,
        (SELECT COUNT(*) FROM course_sections sections WHERE sections.course_id = courses.id) AS sections,
        (SELECT COUNT(*) FROM enrolments WHERE enrolments.course_id = courses.id) AS enrolments,
        (SELECT AVG(grades.score) FROM grades WHERE grades.course_id = courses.id) AS average_score
      FROM courses
      WHERE courses.visible = 1
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP VIEW course_overview');
  }
}
