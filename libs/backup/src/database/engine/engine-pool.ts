import type { EngineProgress } from '../../engine/thread-messages.js';
import { ThreadPool } from '../../engine/thread-pool.js';
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
    super(workerEntry, size, settings, onProgress, signal);
  }
}
