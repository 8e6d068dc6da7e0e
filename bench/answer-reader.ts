const HEAD_END = '\r\n\r\n';
const LAST_CHUNK = Buffer.from(`0${HEAD_END}`);

/**
 * Makes a function that takes the bytes of a connection as they come, for answers that come one at a time.
 *
 * @param done gets each answer's status and the length of its body: 0 where it comes in chunks, whose overhead differs.
 */
export function createAnswerReader(done: (status: number, bytes: number) => void): (chunk: Buffer) => void {
  let head: Buffer | undefined;
  let status = 0;
  /** Bytes of the body; null where it comes in chunks. */
  let length: number | null = 0;
  let missing = 0;

  return (chunk) => {
    let body = chunk;
    if (missing === 0) {
      head = head ? Buffer.concat([head, chunk]) : chunk;
      const end = head.indexOf(HEAD_END);
      if (end < 0) return;
      const text = head.toString('latin1', 0, end);
      body = head.subarray(end + HEAD_END.length);
      head = undefined;
      status = Number(text.slice(9, 12));
      const [, told] = /\r\ncontent-length: *(\d+)/i.exec(text) ?? [];
      length = told === undefined ? null : Number(told);
      missing = length ?? Number.POSITIVE_INFINITY;
    }
    if (length !== null) missing -= body.length;
    // JSON has no line breaks in it where a server does not indent, so the mark of the end is not found elsewhere.
    else if (body.subarray(-LAST_CHUNK.length).equals(LAST_CHUNK)) missing = 0;
    if (missing <= 0) {
      missing = 0;
      done(status, length ?? 0);
    }
  };
}
