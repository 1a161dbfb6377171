import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateDateRangeLabel1767226380000 implements MigrationInterface {
  readonly name = 'CreateDateRangeLabel1767226380000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE FUNCTION date_range_label(date_from DATE, date_to DATE) RETURNS VARCHAR(21) CHARSET utf8mb4
      DETERMINISTIC NO SQL SQL SECURITY INVOKER
      COMMENT 'The years of a record as people write them, such as 1848–1871'
      RETURN CASE
        WHEN date_from IS NULL AND date_to IS NULL THEN 'undated'
        WHEN date_from IS NULL THEN CONCAT('–', YEAR(date_to))
        WHEN date_to IS NULL THEN CONCAT(YEAR(date_from), '–')
        WHEN YEAR(date_from) = YEAR(date_to) THEN CONCAT(YEAR(date_from))
        ELSE CONCAT(YEAR(date_from), '–', YEAR(date_to))
      END
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP FUNCTION date_range_label');
  }
}
