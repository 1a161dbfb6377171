import { inTwoParts, OperationProgress, type ProgressMeasure } from './operation-progress.js';

describe('OperationProgress', () => {
  let time: number;
  let progress: OperationProgress;

  beforeEach(() => {
    time = 0;
    progress = new OperationProgress(() => new Date(time));
  });

  const after = (seconds: number, fraction: number, bytes: number): ReturnType<OperationProgress['update']> => {
    time += seconds * 1000;
    return progress.update({ fraction, bytes });
  };

  it('says how fast the work goes and how long it will take', () => {
    expect(after(2, 0.25, 50_000_000)).toEqual({
      fraction: 0.25,
      bytes: 50_000_000,
      bytesPerSecond: 25_000_000,
      secondsLeft: 6,
    });
  });

  it('says neither before there is anything to go by', () => {
    expect(progress.report).toEqual({ fraction: 0, bytes: 0, bytesPerSecond: 0, secondsLeft: null });
    expect(after(1, 0, 0)).toMatchObject({ bytesPerSecond: 0, secondsLeft: null });
  });

  it('never goes back when the work corrects its estimate', () => {
    after(1, 0.5, 1000);
    expect(after(1, 0.4, 900)).toMatchObject({ fraction: 0.5, bytes: 1000 });
  });

  it('is not done before the operation is', () => {
    expect(after(1, 1, 1000).fraction).toBeLessThan(1);
    expect(after(1, 1.5, 1000).fraction).toBeLessThan(1);
  });

  it('goes by the pace of lately', () => {
    for (let second = 1; second <= 20; second += 1) {
      after(1, second / 100, second * 1000);
    }
    for (let second = 1; second <= 15; second += 1) {
      after(1, 0.2 + second / 1000, 20_000 + second * 100);
    }
    expect(progress.report).toMatchObject({ bytesPerSecond: 100, secondsLeft: 785 });
  });
});

describe('Two parts as one', () => {
  it('are weighted, and the second goes on where the first ended', () => {
    const seen: ProgressMeasure[] = [];
    const [first, second] = inTwoParts(0.8, (progress) => seen.push(progress));
    first({ fraction: 0.5, bytes: 400 });
    first({ fraction: 1, bytes: 800 });
    second({ fraction: 0.5, bytes: 100 });
    expect(seen.map(({ fraction }) => Number(fraction.toFixed(3)))).toEqual([0.4, 0.8, 0.9]);
    expect(seen.map(({ bytes }) => bytes)).toEqual([400, 800, 900]);
  });
});
