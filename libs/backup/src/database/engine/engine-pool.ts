import type { EngineProgress } from '../../engine/thread-messages.js';
import { ThreadPool } from '../../engine/thread-pool.js';
import { readsBinary } from '../table-rows.js';
import type { EngineResults, EngineSettings, EngineTask } from './engine-tasks.js';
import { workerEntry } from './worker-entry.js';

/** Engine threads with one database session each. */
export class EnginePool extends ThreadPool<EngineTask, EngineResults> {
  constructor(
    size: number,
    settings: EngineSettings,
    onProgress: (progress: EngineProgress) => void,
    signal: AbortSignal,
  ) {
    super({ entry: workerEntry, size, settings, onProgress, signal, goTogether });
  }
}

/** Short tasks of one kind in one database; rows that come in binary are read with a statement of their own. */
function goTogether(one: EngineTask, other: EngineTask): boolean {
  return (
    'isShort' in one &&
    'isShort' in other &&
    one.isShort &&
    other.isShort &&
    one.kind === other.kind &&
    one.database === other.database &&
    !isReadInBinary(one) &&
    !isReadInBinary(other)
  );
}

function isReadInBinary(task: EngineTask): boolean {
  return (task.kind === 'dump' || task.kind === 'compare' || task.kind === 'prove') && readsBinary(task.shape);
}
