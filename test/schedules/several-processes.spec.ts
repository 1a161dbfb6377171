import { scheduleCampaign } from '../support/schedule-campaign.js';

jest.setTimeout(120_000);

describe('Several applications with one schedule', () => {
  it('carry out each run once, also when one stands still in a run and wakes up, and another is killed', async () => {
    const { completed, failed, faults } = await scheduleCampaign({ calmSeconds: 1, leaseSeconds: 3, rows: 12_000 });
    expect(faults).toEqual([]);
    expect(completed).toBeGreaterThan(0);
    expect(failed).toBe(2);
  });
});
