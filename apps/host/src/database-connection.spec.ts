import type { DataSource } from 'typeorm';
import { connectDatabase } from './database-connection.js';

describe('connectDatabase', () => {
  const said: string[] = [];
  const { isTTY } = process.stderr;

  beforeEach(() => {
    said.length = 0;
    jest.useFakeTimers();
    jest.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(String(text)) > 0);
  });

  afterEach(() => {
    jest.useRealTimers();
    jest.restoreAllMocks();
    process.stderr.isTTY = isTTY;
  });

  it.each([
    [
      'says at a terminal, after a second, what it does',
      true,
      1001,
      ['Opening the database db:3307/shop; tables that are missing are made first.\n'],
    ],
    ['says nothing before', true, 999, []],
    ['says nothing where nobody waits', false, 60_000, []],
  ])('%s', async (_, isTerminal, milliseconds, lines) => {
    process.stderr.isTTY = isTerminal;
    const { promise: opened, resolve: open } = Promise.withResolvers<undefined>();
    const options = { url: 'mysql://shop:secret@db:3307/shop' };
    const connected = connectDatabase({
      isInitialized: false,
      options,
      initialize: () => opened,
    } as unknown as DataSource);
    jest.advanceTimersByTime(milliseconds);
    open(undefined);
    await connected;
    jest.advanceTimersByTime(60_000);
    expect(said).toEqual(lines);
  });
});
