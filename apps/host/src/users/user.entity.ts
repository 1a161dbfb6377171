import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

export type UserRole = 'administrator' | 'archivist' | 'teacher' | 'student';

@Entity('users')
export class User {
  @PrimaryGeneratedColumn({ type: 'int', unsigned: true })
  id!: number;

  @Index('uq_users_email', { unique: true })
  @Column({ type: 'varchar', length: 254 })
  email!: string;

  @Column({ name: 'display_name', type: 'varchar', length: 200 })
  displayName!: string;

  @Column({ type: 'enum', enum: ['administrator', 'archivist', 'teacher', 'student'] })
  role!: UserRole;

  @Column({ name: 'is_active', type: 'boolean', default: true })
  isActive!: boolean;

  @Column({ type: 'json', nullable: true })
  preferences!: unknown;

  @Column({ type: 'text', nullable: true })
  biography!: string | null;

  @Column({ name: 'created_at', type: 'datetime', precision: 6 })
  createdAt!: Date;

  @Column({ name: 'last_seen_at', type: 'timestamp', precision: 3, nullable: true })
  lastSeenAt!: Date | null;
}
