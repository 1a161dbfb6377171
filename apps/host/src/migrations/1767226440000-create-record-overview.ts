import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateRecordOverview1767226440000 implements MigrationInterface {
  readonly name = 'CreateRecordOverview1767226440000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE SQL SECURITY INVOKER VIEW record_overview AS
      SELECT
        records.id AS id,
        fonds.code AS fonds_code,
        records.reference_code AS reference_code,
        records.level AS level,
        records.title AS title,
        date_range_label(records.date_from, records.date_to) AS dates,
        (SELECT COUNT(*) FROM record_translations translations WHERE translations.record_id = records.id) AS translations,
        (SELECT COUNT(*) FROM uploads WHERE uploads.record_id = records.id) AS uploads
      FROM archive_records records
      JOIN fonds ON fonds.id = records.fonds_id
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP VIEW record_overview');
  }
}
