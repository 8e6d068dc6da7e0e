import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  type OperationDefinitionNode,
} from 'graphql';
import { costFormula } from './cost/cost-formula.ts';
import type { Formula, Variables } from './cost/formula.ts';
import { Documents, type ReadDocument } from './documents.ts';
import type { DocumentLimits } from './limits/document-limits.ts';
import { checkVariables } from './limits/list-items.ts';
import { type TextCheck, textCheck } from './limits/texts.ts';
import { noIntrospection } from './no-introspection.ts';
import type { PersistedOperations } from './persisted-operations/persisted-operations.ts';
import type { Caller } from './rate-limit/caller.ts';
import type { PointLimit } from './rate-limit/point-limit.ts';
import { rateLimited } from './rate-limit/rate-limited.ts';

/** Bounds on what an operation may ask for. */
export interface AdmissionLimits extends DocumentLimits {
  /** Points that an operation may cost, as estimated before anything is read. */
  readonly operationCost: number;
}

export interface AdmissionOptions {
  readonly schema: GraphQLSchema;
  readonly limits: AdmissionLimits;
  /** Whether clients may introspect the schema. */
  readonly introspection: boolean;
  readonly persistedOperations: PersistedOperations;
  /** Counts the points that each caller uses. */
  readonly rateLimit: PointLimit;
}

/** A document as it came, and from whom. */
export interface SentDocument {
  readonly source: string;
  /** Hash of the source, in hex. */
  readonly sha256: string;
  /** Whether it was named by an id. */
  readonly isById: boolean;
  readonly caller: Caller;
}

/** What is asked of the variables of one operation. */
interface Measures {
  readonly cost: Formula;
  readonly checkTexts: TextCheck;
}

/** Bytes of a document that cost a point to read where it is not known. */
const BYTES_PER_POINT = 10;

const TOO_MUCH = 'The operations of this caller cost more than is allowed for now.';

/**
 * Decides, before anything is read upstream, whether an operation is carried out. Every transport asks here, so that
 * each gives the same answer.
 */
export class Admission {
  readonly #schema: GraphQLSchema;
  readonly #limits: AdmissionLimits;
  readonly #persistedOperations: PersistedOperations;
  readonly #documents: Documents;
  #rateLimit: PointLimit;
  #known = new WeakMap<OperationDefinitionNode, Measures>();

  constructor({ schema, limits, introspection, persistedOperations, rateLimit }: AdmissionOptions) {
    this.#schema = schema;
    this.#limits = limits;
    this.#persistedOperations = persistedOperations;
    this.#rateLimit = rateLimit;
    this.#documents = new Documents(schema, limits, introspection ? [] : [noIntrospection], !introspection);
    this.#documents.warmUp();
  }

  /** Looks anew at everything, since the limits that it was made with have changed, and counts points here from now on. */
  adjust(rateLimit: PointLimit): void {
    this.#rateLimit = rateLimit;
    this.#documents.forget();
    this.#known = new WeakMap();
  }

  /**
   * Reads a document.
   *
   * @returns it, or what is wrong with one that is not GraphQL, or not of this schema.
   * @throws {GraphQLError} it is not taken.
   */
  async read({
    source,
    sha256,
    isById,
    caller,
  }: SentDocument): Promise<Exclude<ReadDocument, { refusal: unknown }>> {
    const notTaken = this.#persistedOperations.refusalOf(sha256, isById);
    if (notTaken) throw notTaken;
    if (!this.#documents.knows(sha256)) await this.#charge(caller, source.length / BYTES_PER_POINT);
    const read = this.#documents.read(source, sha256);
    if ('refusal' in read) throw read.refusal;
    return read;
  }

  /**
   * Admits an operation of a document that was read.
   *
   * @throws {GraphQLError} it would cost more than an operation may, a variable is larger than it may be, or its
   * caller has used too much.
   */
  async admit(
    document: DocumentNode,
    operationName: string | null | undefined,
    variables: Variables,
    caller: Caller,
  ): Promise<void> {
    const operation = getOperationAST(document, operationName);
    if (!operation || caller.isCharged) return;
    const { checkTexts, cost } = this.#measuresOf(document, operation);
    const refusal = checkVariables(variables, this.#limits.listItems) ?? checkTexts(variables);
    if (refusal) throw refusal;
    const estimate = cost(variables);
    const { operationCost } = this.#limits;
    if (estimate > operationCost) throw tooCostly(estimate, operationCost);
    caller.operationCost = estimate;
    await this.#charge(caller, estimate);
  }

  /**
   * Takes from its caller what an event of a stream costs, as much as the operation that opened it.
   *
   * @throws {GraphQLError} its caller has used too much.
   */
  payForEvent(caller: Caller): Promise<void> {
    return this.#charge(caller, caller.operationCost);
  }

  /**
   * Admits an operation that is executed past Apollo Server, since it was admitted before: what depends on this request
   * is looked at.
   *
   * @returns false for one that Apollo Server is to refuse, or to be asked about after all.
   */
  async admitKnown(
    operation: OperationDefinitionNode,
    variables: Variables,
    caller: Caller,
  ): Promise<boolean> {
    const measures = this.#known.get(operation);
    if (!measures || !this.#persistedOperations.takesTexts) return false;
    if (checkVariables(variables, this.#limits.listItems) ?? measures.checkTexts(variables)) return false;
    const estimate = measures.cost(variables);
    if (estimate > this.#limits.operationCost) return false;
    const waitMs = await this.#rateLimit.take(caller.keys, points(estimate));
    caller.isCharged = waitMs === 0;
    return caller.isCharged;
  }

  async #charge(caller: Caller, cost: number): Promise<void> {
    const waitMs = await this.#rateLimit.take(caller.keys, points(cost));
    if (waitMs > 0) throw rateLimited(TOO_MUCH, waitMs);
  }

  #measuresOf(document: DocumentNode, operation: OperationDefinitionNode): Measures {
    const known = this.#known.get(operation);
    if (known) return known;
    const measures = {
      cost: costFormula(this.#schema, document, operation),
      checkTexts: textCheck(this.#schema, document, operation),
    };
    this.#known.set(operation, measures);
    return measures;
  }
}

/** Whatever it costs, a request is worth a point. */
function points(cost: number): number {
  return Math.max(1, Math.round(cost));
}

function tooCostly(estimate: number, limit: number): GraphQLError {
  const told = Math.min(estimate, Number.MAX_SAFE_INTEGER);
  return new GraphQLError(
    `The operation would cost ${told} points, and may cost ${limit}. Ask for smaller pages, or for less below them.`,
    { extensions: { code: 'COST_LIMIT_EXCEEDED', estimatedCost: told, costLimit: limit } },
  );
}
