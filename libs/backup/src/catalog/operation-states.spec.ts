import { OperationStatus } from './catalog.types.js';
import { mayFollow } from './operation-states.js';

type StatusName = keyof typeof OperationStatus;

const NAMES = Object.keys(OperationStatus) as StatusName[];

/** From each state, the ones an operation may go to. */
const ALLOWED: Readonly<Record<StatusName, readonly StatusName[]>> = {
  CREATED: ['PLANNED', 'FINISHED_ERR', 'FINISHED_OK'],
  PLANNED: ['CONFIGURED', 'FINISHED_ERR'],
  CONFIGURED: ['SETTING_UI', 'NEED_PRECHECK', 'AWAITING', 'FINISHED_ERR'],
  SETTING_UI: ['NEED_PRECHECK', 'AWAITING', 'FINISHED_ERR'],
  NEED_PRECHECK: ['SETTING_UI', 'AWAITING', 'FINISHED_ERR'],
  AWAITING: ['EXECUTING', 'FINISHED_ERR'],
  EXECUTING: ['FINISHED_ERR', 'FINISHED_OK'],
  FINISHED_ERR: ['FINISHED_ERR', 'FINISHED_OK'],
  FINISHED_OK: [],
};

describe('States of an operation', () => {
  it.each(NAMES)('from %s goes where it may, and nowhere else', (from) => {
    const reachable = NAMES.filter((to) => mayFollow(OperationStatus[from], OperationStatus[to]));
    expect(reachable).toEqual(ALLOWED[from]);
  });

  it.each(NAMES.filter((name) => name !== 'FINISHED_OK'))('leads from %s to an end', (from) => {
    expect(mayFollow(OperationStatus[from], OperationStatus.FINISHED_ERR)).toBe(true);
  });
});
