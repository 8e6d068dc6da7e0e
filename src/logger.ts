import { type DestinationStream, destination, type Logger, pino } from 'pino';

/** Names whose values are never written to the log. */
const secretNames = [
  'token',
  'keySecret',
  'secret',
  'serviceKeySecret',
  'password',
  'apiKeys',
  'conductorToken',
  'authorization',
  'Authorization',
  'x-authorization',
  'X-Authorization',
  'cookie',
];

/**
 * Makes the logger: JSON lines on standard error, or plain lines where that is a terminal.
 *
 * Values under secret names, down to three levels deep, are replaced by `[hidden]`.
 *
 * @param level the least severe events to write, a pino level or `silent`.
 * @param stream where the lines go instead.
 */
export function createLogger(level: string, stream: DestinationStream = standardError()): Logger {
  const paths = ['', '*.', '*.*.'].flatMap((above) =>
    secretNames.map((name) => (above === '' ? `["${name}"]` : `${above.slice(0, -1)}["${name}"]`)),
  );
  return pino({ level, base: null, redact: { paths, censor: '[hidden]' } }, stream);
}

function standardError(): DestinationStream {
  const stream = destination({ dest: 2, sync: true });
  return process.stderr.isTTY ? { write: (line) => stream.write(readable(line)) } : stream;
}

/** Turns a JSON line into `12:30:01 WARN message key=value`. */
function readable(line: string): string {
  const { level, time, msg, err, ...rest }: Record<string, unknown> = JSON.parse(line);
  const label = pino.levels.labels[Number(level)] ?? 'log';
  const values = Object.entries(rest).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  const clock = new Date(Number(time)).toTimeString().slice(0, 8);
  const stack = err instanceof Object && 'stack' in err ? `\n${String(err.stack)}` : '';
  return `${[clock, label.toUpperCase(), msg, ...values].filter(Boolean).join(' ')}${stack}\n`;
}
