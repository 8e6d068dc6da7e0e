/** Holds one HTTP answer, with accessors that fail loudly when the body is not of the shape a test reads. */
export class Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;

  constructor(status: number, headers: Readonly<Record<string, string>>, text: string) {
    this.status = status;
    this.headers = headers;
    this.text = text;
  }

  /** Parses the body; an empty one is `undefined`. */
  get json(): unknown {
    return this.text === '' ? undefined : JSON.parse(this.text);
  }

  /** Reads the body as an object; throws with the status and text otherwise. */
  get record(): Record<string, unknown> {
    return asRecord(this.json, this);
  }

  /** Reads the body as an array of objects; throws with the status and text otherwise. */
  get list(): Record<string, unknown>[] {
    return asList(this.json, this);
  }
}

/** Narrows to an object; throws with what came otherwise. */
export function asRecord(value: unknown, from: unknown = value): Record<string, unknown> {
  if (isRecord(value)) return value;
  throw new Error(`expected an object, got ${describe(from)}`);
}

/** Narrows to an array of objects; throws with what came otherwise. */
export function asList(value: unknown, from: unknown = value): Record<string, unknown>[] {
  if (Array.isArray(value) && value.every(isRecord)) return value;
  throw new Error(`expected an array of objects, got ${describe(from)}`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function describe(from: unknown): string {
  return from instanceof Answer ? `${from.status} ${from.text}` : JSON.stringify(from);
}
