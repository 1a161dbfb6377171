/**
 * Loaded with a program, appends the most memory that its process has ever held, in KiB, to the file that PEAK_MEMORY_FILE
 * names, when it ends. Linux only: what `process.resourceUsage` gives begins with that of the process that started it.
 */
import { appendFileSync, readFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

const { PEAK_MEMORY_FILE } = process.env;
if (isMainThread && PEAK_MEMORY_FILE !== undefined) {
  process.on('exit', () => {
    const [, peak = 'unknown'] = /^VmHWM:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    appendFileSync(PEAK_MEMORY_FILE, `${peak}\n`);
  });
}
