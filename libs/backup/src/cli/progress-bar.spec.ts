import { barLayout } from './progress-bar.js';

describe('barLayout', () => {
  it.each([
    [120, 28, 'Backing up {bar} {percentage}%  {size}  {rate}  {left}'],
    [80, 27, 'Backing up {bar} {percentage}%  {size}  {rate}  {left}'],
    [60, 17, 'Backing up {bar} {percentage}%  {rate}  {left}'],
    [40, 9, 'Backing up {bar} {percentage}%  {left}'],
    [20, 8, 'Backing up {bar}'],
  ])(
    'shows in %i columns a bar of %i and what fits beside it, the rate before the size',
    (columns, barsize, format) => {
      expect(barLayout('Backing up', columns)).toEqual({ barsize, format });
    },
  );
});
