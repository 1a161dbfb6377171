import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateArchiveRecordsAudit1767226560000 implements MigrationInterface {
  readonly name = 'CreateArchiveRecordsAudit1767226560000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TRIGGER archive_records_audit AFTER UPDATE ON archive_records FOR EACH ROW
      BEGIN
        IF NOT (OLD.title COLLATE utf8mb4_bin <=> NEW.title AND OLD.valuation <=> NEW.valuation) THEN
          INSERT INTO record_revisions (record_id, old_title, old_valuation, changed_by, changed_at)
          VALUES (OLD.id, OLD.title, OLD.valuation, USER(), UTC_TIMESTAMP(6));
        END IF;
      END
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TRIGGER archive_records_audit');
  }
}
