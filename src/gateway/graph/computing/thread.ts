import { parentPort, workerData } from 'node:worker_threads';
import { TASKS, type TaskTypes } from './tasks.ts';

/** What a thread is started with. */
export interface ThreadData<T extends keyof TaskTypes> {
  readonly task: T;
  readonly input: TaskTypes[T]['input'];
}

function answer<T extends keyof TaskTypes>({ task, input }: ThreadData<T>): void {
  parentPort?.postMessage(TASKS[task](input));
}

answer(workerData);
