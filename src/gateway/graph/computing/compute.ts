import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { TASKS, type TaskTypes } from './tasks.ts';
import type { ThreadData } from './thread.ts';

/** Facts of which the engine makes an answer in less time than it takes to start a thread, some tens of milliseconds. */
const MOST_IN_PLACE = 2000;

/** Built, the file ends as this one does. */
const THREAD = new URL(`thread${import.meta.url.slice(import.meta.url.lastIndexOf('.'))}`, import.meta.url);

/**
 * Works something out of all that holds, in a thread of its own if it is much: the gateway goes on answering others, who
 * would wait for seconds.
 *
 * @param size how many facts it is worked out of.
 */
export async function compute<T extends keyof TaskTypes>(
  task: T,
  input: TaskTypes[T]['input'],
  size: number,
): Promise<TaskTypes[T]['output']> {
  if (size <= MOST_IN_PLACE) return TASKS[task](input);
  const workerData: ThreadData<T> = { task, input };
  const thread = new Worker(THREAD, { workerData });
  // An error in the thread is one of this wait.
  const [output] = await once(thread, 'message');
  return output;
}
