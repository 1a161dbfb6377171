import { formatNumberOf } from '../format.js';
import type { OperationQueue } from '../queue/operation-queue.js';
import { failure, fine, warning, type DoctorLine } from './doctor-report.js';

/** Whether what is handed to a queue will be carried out. */
export async function examineQueue(queue: OperationQueue): Promise<DoctorLine> {
  try {
    const { server, workers, waiting } = await queue.check();
    const waits = `${formatNumberOf(waiting, 'operation')} ${waiting === 1 ? 'waits' : 'wait'} in it`;
    return workers === 0
      ? warning(
          'queue',
          `The queue at ${server} answers, but no process works for it; ${waits}.`,
          'Start an application whose option queue.worker is not false.',
        )
      : fine('queue', `The queue at ${server} answers: ${formatNumberOf(workers, 'worker')}; ${waits}.`);
  } catch (error) {
    return failure('queue', error);
  }
}
