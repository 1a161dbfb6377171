import type { EngineProgress } from '../../engine/thread-messages.js';
import { ThreadPool } from '../../engine/thread-pool.js';
import { bytesOfTask, type FileResults, type FileTask, type FileThreadSettings } from './file-tasks.js';
import { fileWorkerEntry } from './file-worker-entry.js';

/** Threads that read and write files, and the objects that hold them. */
export class FilePool extends ThreadPool<FileTask, FileResults> {
  constructor(
    size: number,
    settings: FileThreadSettings,
    onProgress: (progress: EngineProgress) => void,
    signal: AbortSignal,
  ) {
    super({ entry: fileWorkerEntry, size, settings, onProgress, signal, bytesOf: bytesOfTask });
  }
}
