import type { GraphQLResolveInfo } from 'graphql';
import type { SerializedLists, Written } from './serialized-lists.ts';

/** A field whose resolver is given something that depends on variables. */
interface VariableField {
  readonly info: { withVariables(variables: Readonly<Record<string, unknown>>): GraphQLResolveInfo };
  readArgs(variables: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>;
}

/** An object of the answer. */
export type Holder = Record<string, unknown>;

/** Brings the value of a field, or of an item of a list, into the shape of its type, and puts it where it belongs. */
export type Complete = <K extends string | number>(
  run: Run,
  value: unknown,
  into: Record<K, unknown>,
  key: K,
) => void;

/**
 * One execution of a plan: what its resolvers are given, and what they are still awaited for. It ends at the first
 * thing that goes wrong, since the answer is then graphql-js's to give.
 */
export class Run {
  readonly context: unknown;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Where texts of lists are kept; null if the answer is not to be text, or while it may not be in parts. */
  texts: SerializedLists | null;
  /** Whether parts of the answer are text already. */
  hasWritten = false;
  readonly #args = new Map<VariableField, Readonly<Record<string, unknown>>>();
  readonly #infos = new Map<VariableField, GraphQLResolveInfo>();
  readonly #end = Promise.withResolvers<boolean>();
  #awaited = 0;
  #hasFailed = false;
  /** How often a field asked for more than its object told. */
  #looksBeyond = 0;

  constructor(context: unknown, variables: Readonly<Record<string, unknown>>, texts: SerializedLists | null) {
    this.context = context;
    this.variables = variables;
    this.texts = texts;
  }

  /**
   * Does the synchronous part, then waits for what it left.
   * @returns whether everything went well.
   */
  async start(work: () => void): Promise<boolean> {
    try {
      work();
    } catch {
      return false;
    }
    return this.#awaited === 0 || this.#end.promise;
  }

  /** Completes a value, now or as soon as it is there. */
  complete<K extends string | number>(
    value: unknown,
    complete: Complete,
    into: Record<K, unknown>,
    key: K,
  ): void {
    if (!isPromise(value)) {
      complete(this, value, into, key);
      return;
    }
    this.#awaited += 1;
    this.#looksBeyond += 1;
    value.then(
      (settled) => {
        if (this.#hasFailed) return;
        try {
          complete(this, settled, into, key);
        } catch {
          this.#fail();
          return;
        }
        this.#awaited -= 1;
        if (this.#awaited === 0) this.#end.resolve(true);
      },
      () => this.#fail(),
    );
  }

  /** Arguments that depend on variables; the same for every object that the field is read of. */
  argsOf(field: VariableField): Readonly<Record<string, unknown>> {
    const known = this.#args.get(field);
    if (known) return known;
    const args = field.readArgs(this.variables);
    this.#args.set(field, args);
    return args;
  }

  /** What a resolver is told about its field, where that includes variables. */
  infoOf(field: VariableField): GraphQLResolveInfo {
    const known = this.#infos.get(field);
    if (known) return known;
    const info = field.info.withVariables(this.variables);
    this.#infos.set(field, info);
    return info;
  }

  /** Notes that a field is asked of more than its object. */
  looksBeyond(): void {
    this.#looksBeyond += 1;
  }

  /** Notes that a part of the answer is text. */
  write(written: Written): Written {
    this.hasWritten = true;
    return written;
  }

  /** Completes something without parts that are text; tells whether its objects told all that was asked of them. */
  inOnePiece<A>(complete: () => A): { readonly answer: A; readonly toldAll: boolean } {
    const { texts } = this;
    const before = this.#looksBeyond;
    this.texts = null;
    const answer = complete();
    this.texts = texts;
    return { answer, toldAll: this.#looksBeyond === before };
  }

  #fail(): void {
    this.#hasFailed = true;
    this.#end.resolve(false);
  }
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
  );
}
