import type { AccessState } from '../../../access/planning/access-state.ts';
import { applyChange } from '../../../access/planning/apply-change.ts';
import { newApplicationId, type PlannedChange } from '../../../access/planning/change.ts';
import { ChangeError } from '../../../access/planning/change-error.ts';
import { type Effect, undoneBy } from '../../../access/planning/effect.ts';
import { resolveChange } from '../../../access/planning/resolve-change.ts';
import { undoOf } from '../../../access/planning/undo.ts';
import type { GraphContext } from '../context.ts';
import type { AppliedChange, ApplyOptions } from './applied-changes.ts';
import { callsOf, type Item } from './batches.ts';
import { readCurrent } from './current.ts';
import { AFTER_FAILURE, OUT_OF_CALLS, type Outcome, outcome, outcomeOfFailure } from './outcome.ts';
import { write } from './write.ts';
import type { Current } from './write-record.ts';

/** Changes that one call makes; at least one. */
type Call = readonly [Item, ...Item[]];

/** Writes of a batch that run at once where a failure stops nothing. */
const AT_ONCE = 8;

/** Part of the operation's time that must be left for a write to begin, so that its outcome can be waited for. */
const TIME_TO_ANSWER = 0.1;

/** A write, and a read again of what it replaces. */
const CALLS_OF_A_WRITE = 2;

const CLIENT_LEFT = 'The client left before all was done: send the rest again.';

const OUT_OF_TIME = 'The time of one operation is almost over: send the rest again.';

/** One list of changes being made, with what holds so far. */
export class Run {
  readonly #state: AccessState;
  readonly #options: ApplyOptions;
  readonly #context: GraphContext;
  readonly #outcomes = new Map<number, Outcome>();
  /** Changes, with the ids that are real, and what they did or are expected to do. */
  readonly #made = new Map<number, { readonly change: PlannedChange; readonly effect: Effect }>();
  /** Why nothing more is made; null as long as there is no reason. */
  #stopped: string | null = null;

  /** @param state what the changes are about, as it is at the start; it is kept up to date. */
  constructor(state: AccessState, options: ApplyOptions, context: GraphContext) {
    this.#state = state;
    this.#options = options;
    this.#context = context;
  }

  /** Makes changes that come to the same in whatever order, unless a failure before has stopped everything. */
  async make(batch: readonly Item[]): Promise<void> {
    if (this.#stopped !== null) return;
    const { changing, stop } = this.#expect(batch);
    if (this.#options.dryRun) for (const { index } of changing) this.#outcomes.set(index, outcome('APPLIED'));
    else await this.#send(callsOf(changing));
    this.#stopped ??= stop;
  }

  /** Says what became of a change. */
  resultOf(index: number, change: PlannedChange): AppliedChange {
    const became = this.#outcomes.get(index) ?? outcome('SKIPPED', this.#stopped);
    return { change, ...became, lost: this.#made.get(index)?.effect.lost ?? null };
  }

  /** Gives what takes back all that was, or may have been, done: last change first. */
  undo(): readonly PlannedChange[] {
    return undoOf([...this.#made.entries()].sort(([a], [b]) => a - b).map(([, made]) => made));
  }

  /** Works out what changes do, as if all of them succeeded; gives those that have something to do. */
  #expect(batch: readonly Item[]): { readonly changing: readonly Item[]; readonly stop: string | null } {
    const changing: Item[] = [];
    for (const { index, change } of batch) {
      try {
        const resolved = resolveChange(this.#state, change);
        const effect = applyChange(this.#state, resolved);
        if (effect.changed) {
          changing.push({ index, change: resolved });
          this.#made.set(index, { change: resolved, effect });
        } else this.#outcomes.set(index, outcome('UNCHANGED'));
      } catch (error) {
        this.#outcomes.set(index, outcomeOfFailure(error, false));
        if (this.#options.stopAtFirstFailure) return { changing, stop: AFTER_FAILURE };
      }
    }
    return { changing, stop: null };
  }

  /** Sends calls, one after the other where a failure is to stop the rest. */
  async #send(calls: readonly Call[]): Promise<void> {
    // Read at once, so that what the calls replace goes upstream together.
    const waiting = calls.map((call) => ({
      call,
      reading: settled(readCurrent(call[0].change, this.#context)),
    }));
    const sendNext = async (): Promise<void> => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const read = await next.reading;
        this.#stopped ??= this.#exhausted();
        if (this.#stopped !== null) this.#takeBack(next.call);
        else if ('error' in read) this.#fail(next.call, outcomeOfFailure(read.error, false));
        else await this.#write(next.call, read.value);
      }
    };
    const lanes = this.#options.stopAtFirstFailure ? 1 : Math.min(AT_ONCE, calls.length);
    await Promise.all(Array.from({ length: lanes }, sendNext));
  }

  async #write(call: Call, current: Current): Promise<void> {
    const [first, ...others] = call;
    try {
      const changes = [first.change, ...others.map(({ change }) => change)] as const;
      const createdId = await write(changes, current, this.#context);
      if (createdId !== null) this.#noteCreation(first, createdId);
      for (const { index } of call) this.#outcomes.set(index, outcome('APPLIED'));
    } catch (error) {
      this.#fail(call, outcomeOfFailure(error, true));
    }
  }

  #fail(call: Call, became: Outcome): void {
    const expected = call.map(({ index }) => [index, this.#made.get(index)] as const);
    this.#takeBack(call);
    for (const [index, made] of expected) {
      this.#outcomes.set(index, became);
      // It may have happened, and undoing what did not happen changes nothing.
      if (made && became.status === 'OUTCOME_UNKNOWN') this.#made.set(index, made);
    }
    if (this.#options.stopAtFirstFailure) this.#stopped ??= AFTER_FAILURE;
  }

  /** Forgets what changes were expected to do. */
  #takeBack(call: Call): void {
    for (const { index } of call.toReversed()) {
      for (const change of this.#made.get(index)?.effect.undo ?? []) takeBack(this.#state, change);
      this.#made.delete(index);
    }
  }

  /** Puts the id that the server chose in the place of the one that the list goes by. */
  #noteCreation({ index, change }: Item, id: string): void {
    if (change.kind !== 'CREATE_APPLICATION') return;
    const provisional = newApplicationId(change.name);
    const application = this.#state.applications.get(provisional);
    this.#state.applications.delete(provisional);
    if (application) this.#state.applications.set(id, { ...application, id });
    this.#made.set(index, { change, effect: undoneBy({ kind: 'DELETE_APPLICATION', id }) });
  }

  #exhausted(): string | null {
    const { restCalls, time, isAwaited } = this.#context.left();
    if (!isAwaited) return CLIENT_LEFT;
    if (time < TIME_TO_ANSWER) return OUT_OF_TIME;
    return restCalls < CALLS_OF_A_WRITE ? OUT_OF_CALLS : null;
  }
}

/** What was there may be what could not be written: then the list goes on without it. */
function takeBack(state: AccessState, change: PlannedChange): void {
  try {
    applyChange(state, change);
  } catch (error) {
    if (!(error instanceof ChangeError)) throw error;
  }
}

/** Waits for a read whose failure is looked at later. */
function settled<T>(reading: Promise<T>): Promise<{ readonly value: T } | { readonly error: unknown }> {
  return reading.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
}
