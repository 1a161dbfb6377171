import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** An institution that keeps fonds: an archive, a museum, a library. */
@Entity('repositories')
export class ArchiveRepository {
  @PrimaryGeneratedColumn({ type: 'int', unsigned: true })
  id!: number;

  @Index('uq_repositories_code', { unique: true })
  @Column({ type: 'varchar', length: 32 })
  code!: string;

  @Column({ type: 'varchar', length: 300 })
  name!: string;

  @Column({ type: 'char', length: 2 })
  country!: string;

  @Column({ type: 'double', nullable: true })
  latitude!: number | null;

  @Column({ type: 'double', nullable: true })
  longitude!: number | null;

  @Column({ name: 'opening_hours', type: 'json', nullable: true })
  openingHours!: unknown;
}
