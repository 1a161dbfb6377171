import { OperationStatus } from './catalog.types.js';

const { CREATED, PLANNED, CONFIGURED, SETTING_UI, NEED_PRECHECK, AWAITING, EXECUTING, FINISHED_ERR, FINISHED_OK } =
  OperationStatus;

/**
 * The states that follow on each. An operation may fail in any, and whoever finishes one whose process died may find out that
 * its work was done; a run that turns out to have nothing to do is over at once.
 */
const NEXT: Readonly<Record<OperationStatus, readonly OperationStatus[]>> = {
  [CREATED]: [PLANNED, FINISHED_OK],
  [PLANNED]: [CONFIGURED],
  [CONFIGURED]: [SETTING_UI, NEED_PRECHECK, AWAITING],
  [SETTING_UI]: [NEED_PRECHECK, AWAITING],
  // settings that do not pass the checks can be changed
  [NEED_PRECHECK]: [SETTING_UI, AWAITING],
  [AWAITING]: [EXECUTING],
  [EXECUTING]: [FINISHED_OK],
  // whoever cancels an operation that is done already is too late
  [FINISHED_ERR]: [FINISHED_OK],
  [FINISHED_OK]: [],
};

/** Whether an operation may go from one state to another. */
export function mayFollow(from: OperationStatus, to: OperationStatus): boolean {
  return NEXT[from].includes(to) || (to === FINISHED_ERR && from !== FINISHED_OK);
}
