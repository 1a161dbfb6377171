import { Injectable } from '@nestjs/common';
import { BackupLogger } from '../backup-logger.js';
import { CatalogConnection } from '../catalog/catalog-connection.js';
import { formatDuration } from '../format.js';

/** What a host's clock may be wrong by before schedules go by the database server's, milliseconds. */
const TOLERABLE = 60_000;

/**
 * The time that schedules go by. A host whose clock has jumped ahead would plan the next run of each schedule that it takes for
 * a time that is long in coming, and one that is behind would plan it again.
 */
@Injectable()
export class ScheduleClock {
  private readonly logger = new BackupLogger();
  private isWrong = false;

  constructor(private readonly catalog: CatalogConnection) {}

  /** This host's time, or the database server's where the two are more than a minute apart. */
  async now(): Promise<Date> {
    const [{ milliseconds }] = await this.catalog.dataSource.query<{ milliseconds: number | string }[]>(
      'SELECT ROUND(UNIX_TIMESTAMP(NOW(3)) * 1000) AS milliseconds',
    );
    const own = new Date();
    const servers = new Date(Number(milliseconds));
    const apart = own.getTime() - servers.getTime();
    const isWrong = Math.abs(apart) > TOLERABLE;
    if (isWrong && !this.isWrong) {
      const seconds = formatDuration(Math.abs(apart) / 1000);
      this.logger.warn(
        `The clock of this host is ${seconds} ${apart > 0 ? 'ahead of' : 'behind'} that of the database server, which schedules go by now: synchronize both with NTP`,
      );
    }
    this.isWrong = isWrong;
    return isWrong ? servers : own;
  }
}
