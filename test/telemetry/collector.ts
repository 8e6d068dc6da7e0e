import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';

const value = z.object({
  stringValue: z.string().optional(),
  intValue: z.union([z.int(), z.string()]).optional(),
  arrayValue: z.object({ values: z.array(z.object({ stringValue: z.string() })) }).optional(),
});
const attributes = z.array(z.object({ key: z.string(), value }));
const span = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
  kind: z.int(),
  startTimeUnixNano: z.string(),
  endTimeUnixNano: z.string(),
  attributes,
  status: z.object({ code: z.int() }),
  links: z.array(z.object({ traceId: z.string() })).optional(),
});
const body = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes }),
      scopeSpans: z.array(z.object({ spans: z.array(span) })),
    }),
  ),
});

/** A span as it was exported. */
export type ExportedSpan = z.output<typeof span>;

/** A collector of traces that keeps what it is sent. */
export interface Collector {
  readonly url: string;
  /** Each request: where to, what type its body has, and the body byte by byte. */
  readonly requests: readonly {
    readonly path: string;
    readonly headers: IncomingHttpHeaders;
    readonly body: string;
  }[];
  /** Reads the spans of JSON bodies. */
  spans(): readonly ExportedSpan[];
  /** Reads an attribute of what sent them. */
  resource(key: string): string | undefined;
  close(): Promise<void>;
}

/** Starts a collector of OTLP over HTTP on a free port. */
export async function startCollector(): Promise<Collector> {
  const requests: { path: string; headers: IncomingHttpHeaders; body: string }[] = [];
  const server = createServer(async (request, response) => {
    const { url = '', headers } = request;
    requests.push({ path: url, headers, body: await text(request.setEncoding('latin1')) });
    response.end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const bodies = () => requests.map((request) => body.parse(JSON.parse(request.body)));
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    spans: () =>
      bodies().flatMap(({ resourceSpans }) =>
        resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
      ),
    resource: (key) =>
      bodies()[0]?.resourceSpans[0]?.resource.attributes.find((one) => one.key === key)?.value.stringValue,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Reads an attribute, as text; a list of texts with commas. */
export function attribute({ attributes }: ExportedSpan, key: string): string | undefined {
  const found = attributes.find((one) => one.key === key)?.value;
  if (found?.arrayValue) return found.arrayValue.values.map(({ stringValue }) => stringValue).join(',');
  const plain = found?.stringValue ?? found?.intValue;
  return plain === undefined ? undefined : String(plain);
}

/** Draws the spans of one trace as a tree: the name of each, indented below what it is part of, siblings by name. */
export function draw(spans: readonly ExportedSpan[]): string[] {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const below = (parent: string | null): string[] =>
    spans
      .filter(({ parentSpanId = '' }) => (parent === null ? !ids.has(parentSpanId) : parentSpanId === parent))
      .map((one) => [one.name, ...below(one.spanId).map((line) => `  ${line}`)])
      .sort((a, b) => (a.join() < b.join() ? -1 : 1))
      .flat();
  return below(null);
}
