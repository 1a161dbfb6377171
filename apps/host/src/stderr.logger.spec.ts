import { StderrLogger } from './stderr.logger.js';

describe('The log of commands', () => {
  const written = jest.spyOn(process.stderr, 'write').mockReturnValue(true);

  beforeEach(() => written.mockClear());

  afterAll(() => {
    written.mockRestore();
  });

  it.each(['ExceptionHandler', '_ExceptionHandler', 'ExceptionHandler2'])(
    'leaves to the entry point what %s says of an application that cannot start',
    (context) => {
      new StderrLogger().error('no such storage', context);
      expect(written).not.toHaveBeenCalled();
    },
  );

  it('has the errors of all others', () => {
    new StderrLogger().error('no such storage', 'Backup');
    expect(written).toHaveBeenCalled();
  });
});
