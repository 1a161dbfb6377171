import { withoutUsualCompletion } from './event-completion.js';

describe('withoutUsualCompletion', () => {
  it('leaves out that an event is not preserved, and nothing that only looks so', () => {
    const ddl =
      "CREATE EVENT `ON COMPLETION NOT PRESERVE` ON SCHEDULE EVERY 1 WEEK ON COMPLETION NOT PRESERVE DISABLE DO SELECT 'ON COMPLETION NOT PRESERVE'";
    expect(withoutUsualCompletion(ddl)).toBe(
      "CREATE EVENT `ON COMPLETION NOT PRESERVE` ON SCHEDULE EVERY 1 WEEK DISABLE DO SELECT 'ON COMPLETION NOT PRESERVE'",
    );
  });

  it('leaves an event that is preserved alone', () => {
    const ddl = 'CREATE EVENT `e` ON SCHEDULE EVERY 1 WEEK ON COMPLETION PRESERVE ENABLE DO SELECT 1';
    expect(withoutUsualCompletion(ddl)).toBe(ddl);
  });
});
