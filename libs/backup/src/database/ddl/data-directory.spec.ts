import { hasDataDirectory } from './data-directory.js';

describe('hasDataDirectory', () => {
  it.each([
    [true, "CREATE TABLE `t` (`id` int) ENGINE=InnoDB DATA DIRECTORY='/fast/'"],
    [
      true,
      "CREATE TABLE `t` (`id` int) PARTITION BY HASH (`id`)\n(PARTITION `p` DATA DIRECTORY = '/fast/' ENGINE = InnoDB)",
    ],
    [false, "CREATE TABLE `DATA DIRECTORY` (`id` int COMMENT 'DATA DIRECTORY') ENGINE=InnoDB"],
  ])('is %s of %s', (expected, ddl) => {
    expect(hasDataDirectory(ddl)).toBe(expected);
  });
});
