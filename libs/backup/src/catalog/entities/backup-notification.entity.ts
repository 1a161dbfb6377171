import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What was last told about something, so that of many processes one tells it, once. */
@Entity({ name: 'backup_notification', engine: 'InnoDB' })
export class BackupNotification {
  /** What it is about: `health`, `digest`, `database backups of schedule 3`, `failures of restores`. */
  @PrimaryColumn({ name: 'name', type: 'varchar', length: 191 })
  name!: string;

  /** `failed`, the alerts, the day of the digest, when a mail was sent and what was not mailed since. */
  @Column({ name: 'state', type: 'text' })
  state!: string;

  @Column({ name: 'changed_at', type: 'datetime', precision: 3 })
  changedAt!: Date;
}
