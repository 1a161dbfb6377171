import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateActivities1767226140000 implements MigrationInterface {
  readonly name = 'CreateActivities1767226140000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE activities (
        id INT UNSIGNED NOT NULL AUTO_INCREMENT,
        section_id INT UNSIGNED NOT NULL,
        kind ENUM('assignment', 'quiz', 'forum', 'page') NOT NULL,
        name VARCHAR(300) NOT NULL,
        settings JSON NOT NULL,
        due_at DATETIME(6) NULL,
        maximum_grade FLOAT NOT NULL DEFAULT 100,
        PRIMARY KEY (id),
        KEY ix_activities_section (section_id),
        CONSTRAINT fk_activities_section FOREIGN KEY (section_id) REFERENCES course_sections (id) ON DELETE CASCADE
      ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE activities');
  }
}
