import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn, type Relation } from 'typeorm';

import { ArchiveRepository } from './repository.entity.js';

/** All records of one origin: a family, a company, an office. */
@Entity('fonds')
export class Fonds {
  @PrimaryGeneratedColumn({ type: 'int', unsigned: true })
  id!: number;

  @Index('ix_fonds_repository')
  @ManyToOne(() => ArchiveRepository, { nullable: false })
  @JoinColumn({ name: 'repository_id', foreignKeyConstraintName: 'fk_fonds_repository' })
  repository!: Relation<ArchiveRepository>;

  @Index('uq_fonds_code', { unique: true })
  @Column({ type: 'varchar', length: 32 })
  code!: string;

  @Column({ type: 'varchar', length: 300 })
  title!: string;

  @Column({ type: 'mediumtext', nullable: true })
  history!: string | null;

  @Column({ name: 'begun_on', type: 'date', nullable: true })
  begunOn!: string | null;

  @Column({ name: 'ended_on', type: 'date', nullable: true })
  endedOn!: string | null;

  @Column({ name: 'extent_metres', type: 'decimal', precision: 10, scale: 3, nullable: true })
  extentMetres!: string | null;
}
