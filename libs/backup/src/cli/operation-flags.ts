import { Option } from 'nest-commander';
import { OperationStatus } from '../catalog/catalog.types.js';
import type { OperationSummary } from '../catalog/repositories/operation-records.js';
import type { OperationDetails } from '../operations/operation-details.js';
import { assertStartTime } from '../operations/prepared/start-time.js';
import type { OrderSettings } from '../operations/prepared/operation-order.js';
import { formatBytes, formatDuration, formatTime } from '../format.js';
import { parseOperation, parseSetting, parseTime } from './arguments.js';
import { renderPairs } from './terminal/table.js';

/** For commands about one operation. */
export class OperationIdFlag {
  @Option({ flags: '--id <backupid>', description: 'the operation, by the id that backup:operation list shows' })
  parseId(text: string): string {
    return parseOperation(text);
  }
}

/** For commands that say when an operation starts. */
export class StartTimeFlag {
  @Option({ flags: '--at <time>', description: 'not before this time, such as 2026-11-22T22:00:00Z' })
  parseAt(text: string): Date {
    const time = parseTime(text);
    assertStartTime(time);
    return time;
  }
}

/** For commands whose work may be prepared, and begin when somebody says so. */
export class InteractiveFlag {
  @Option({
    flags: '--interactive',
    description: 'wait until it is confirmed with backup:operation confirm; its settings can be changed until then',
  })
  parseInteractive(): boolean {
    return true;
  }
}

/** For commands that say how an operation works. */
export class SettingsFlag {
  @Option({
    flags: '--set <name=value>',
    description:
      'a setting by its name in the options of the service, a JSON value or a text; may be given several times',
  })
  parseSet(text: string, earlier?: OrderSettings): OrderSettings {
    return parseSetting(text, earlier);
  }
}

/** `awaiting` for AWAITING. */
export function stateName(status: OperationStatus): string {
  const [name] = Object.entries(OperationStatus).find(([, value]) => value === status) ?? [String(status)];
  return name.toLowerCase();
}

/** `finished_err: cancelled`: how an operation ended that did not succeed. */
export function stateText({ status, errorCode }: OperationSummary): string {
  return errorCode === null ? stateName(status) : `${stateName(status)}: ${errorCode}`;
}

/** `42%`: what is not done yet is not 100%. */
export function percentText(fraction: number): string {
  return `${String(Math.floor(fraction * 100))}%`;
}

/** `42%`, and while it executes `42%, 7.5 MB so far, 3.7 MB/s, 3 s left`. */
function progressText({ progress, status, bytes, bytesPerSecond, secondsLeft }: OperationDetails): string {
  const parts = [percentText(progress)];
  if (status === OperationStatus.EXECUTING) {
    parts.push(`${formatBytes(bytes)} so far`, `${formatBytes(bytesPerSecond)}/s`);
    if (secondsLeft !== null) {
      parts.push(`${formatDuration(secondsLeft)} left`);
    }
  }
  return parts.join(', ');
}

export function operationDetails(operation: OperationDetails): string {
  const { order, executiontime, createdAt } = operation;
  return renderPairs([
    ['id', operation.backupid],
    ['operation', operation.operation],
    ['backup', operation.backupId === null ? '' : String(operation.backupId)],
    ['state', stateText(operation)],
    ['progress', progressText(operation)],
    ['asked for by', operation.userid === null ? '' : `user ${String(operation.userid)}`],
    ['made', `${formatTime(new Date(createdAt * 1000))} UTC`],
    ['not before', executiontime === 0 ? '' : `${formatTime(new Date(executiontime * 1000))} UTC`],
    ...Object.entries(order?.settings ?? {}).map(([name, value]) => [name, JSON.stringify(value)] as const),
    ['error', operation.error ?? ''],
  ]);
}
