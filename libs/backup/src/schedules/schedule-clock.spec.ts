import { Logger } from '@nestjs/common';
import type { CatalogConnection } from '../catalog/catalog-connection.js';
import { ScheduleClock } from './schedule-clock.js';

/** A clock beside a database server whose own is so many milliseconds ahead of this host's. */
function clockBeside(ahead: number): ScheduleClock {
  const query = (): Promise<object[]> => Promise.resolve([{ milliseconds: String(Date.now() + ahead) }]);
  return new ScheduleClock({ dataSource: { query } } as unknown as CatalogConnection);
}

/** How many milliseconds ahead of this host's it goes. */
async function ahead(clock: ScheduleClock): Promise<number> {
  return (await clock.now()).getTime() - Date.now();
}

describe('The clock of schedules', () => {
  let warn: jest.SpiedFunction<Logger['warn']>;

  beforeEach(() => {
    jest.useFakeTimers({ now: new Date('2026-11-21T03:00:00Z') });
    warn = jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
  });

  afterEach(() => {
    warn.mockRestore();
    jest.useRealTimers();
  });

  it.each([0, 50_000, -50_000])("is this host's where the database server's is %i ms ahead", async (difference) => {
    expect(await ahead(clockBeside(difference))).toBe(0);
    expect(warn).not.toHaveBeenCalled();
  });

  it.each([
    [-86_400_000, 'The clock of this host is 24:00:00 ahead of that of the database server'],
    [300_000, 'The clock of this host is 5:00 behind that of the database server'],
  ])("is the database server's where that is %i ms ahead, which is said once", async (difference, start) => {
    const clock = clockBeside(difference);
    expect(await ahead(clock)).toBe(difference);
    expect(await ahead(clock)).toBe(difference);
    expect(warn.mock.calls).toEqual([[expect.stringContaining(start)]]);
  });
});
