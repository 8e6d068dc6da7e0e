import { createHash } from 'node:crypto';
import type { ExecutionResult, FormattedExecutionResult } from 'graphql';
import { answerEvent, type EventContextParts, type EventExecution } from './event-answer.ts';
import { Pace } from './pace.ts';
import type { WriteBarrier } from './write-barrier.ts';

/** What an operation answers to an event, for all streams that share the execution. */
export class EventAnswer {
  readonly result: ExecutionResult;
  /** The message of an answer without errors; those name the request of each stream. */
  readonly message: FormattedExecutionResult;
  #digest: string | null = null;

  constructor(result: ExecutionResult) {
    this.result = result;
    const { errors: _, ...message } = result;
    this.message = message;
  }

  /** Tells answers apart by what a client sees of them. */
  get digest(): string {
    if (this.#digest !== null) return this.#digest;
    const { data, errors = [] } = this.result;
    const told = JSON.stringify([data, errors.map(({ message, path }) => [message, path])]);
    this.#digest = createHash('sha256').update(told).digest('base64');
    return this.#digest;
  }
}

/** An answer that is on its way. */
export interface PendingAnswer {
  /** How many writes there were when its execution began. */
  readonly writes: number;
  /** Null if the event is not for the subscriber. Fails as {@link answerEvent} does. */
  readonly answer: Promise<EventAnswer | null>;
  /** One who waits does so no longer: the execution ends with the last one. */
  leave(): void;
}

interface UnderWay extends PendingAnswer {
  waiting: number;
}

/**
 * Executes operations on events, once for all streams of one whole credential that ask the same of the same event at the
 * same time. An execution is joined only while it is under way and nothing was written since it began, so to each stream
 * it is as good as its own.
 */
export class EventAnswers {
  readonly #gate: WriteBarrier;
  readonly #pace = new Pace();
  readonly #underWay = new WeakMap<object, Map<string, UnderWay>>();

  constructor(gate: WriteBarrier) {
    this.#gate = gate;
  }

  /**
   * Begins an execution, or joins one.
   *
   * @param key names the whole credential, the operation and its variables.
   * @param id names the execution in the log, if it is not under way already.
   */
  answer(key: string, execution: EventExecution, event: object, id: string): PendingAnswer {
    const ofEvent = this.#underWay.get(event) ?? new Map<string, UnderWay>();
    this.#underWay.set(event, ofEvent);
    const known = ofEvent.get(key);
    if (known?.writes === this.#gate.writes) {
      known.waiting += 1;
      return known;
    }
    const begun = this.#begin(execution, event, id, () => {
      if (ofEvent.get(key) === begun) ofEvent.delete(key);
    });
    ofEvent.set(key, begun);
    return begun;
  }

  #begin(execution: EventExecution, event: object, id: string, onEnd: () => void): UnderWay {
    const leaves: (() => void)[] = [];
    let hasLeft = false;
    const whenClientLeaves: EventContextParts['whenClientLeaves'] = (leave) => {
      if (hasLeft) leave();
      else leaves.push(leave);
    };
    const answer = this.#answerInTurn(execution, event, { id, whenClientLeaves })
      .then((result) => result && new EventAnswer(result))
      .finally(onEnd);
    return {
      writes: this.#gate.writes,
      answer,
      waiting: 1,
      leave() {
        this.waiting -= 1;
        if (this.waiting > 0) return;
        onEnd();
        hasLeft = true;
        for (const leave of leaves) leave();
      },
    };
  }

  async #answerInTurn(
    execution: EventExecution,
    event: object,
    parts: Omit<EventContextParts, 'moment'>,
  ): Promise<ExecutionResult | null> {
    await this.#pace.turn();
    await execution.pay();
    return answerEvent(execution, event, parts);
  }
}
