import Fastify, { type FastifyBaseLogger, LogController } from 'fastify';
import type { HostRuleOptions } from '../../http/host-rule.ts';
import { letRefusedBodiesIn } from '../../http/refused-bodies.ts';
import { acceptBodies } from './bodies.ts';
import { closeInTime } from './closing.ts';
import { answerError, answerErrors } from './error-handler.ts';
import { openServer } from './own-hosts.ts';
import { FAULT, SECRET } from './schema-keywords.ts';
import type { App, TypeBoxProvider } from './typed-app.ts';

const MIB = 1024 * 1024;

/** Makes the server without routes: bodies as tolerant and errors as uniform as contract section 1 asks. */
export function buildApp(hosts: HostRuleOptions, logger: FastifyBaseLogger): App {
  const app = Fastify({
    loggerInstance: logger,
    frameworkErrors: answerError,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: MIB,
    serverFactory: (answer) => openServer({ ...hosts, logger }, answer),
    routerOptions: { maxParamLength: 2048 },
    ajv: {
      // `verbose` tells the faulty value; nothing sent is ever changed to fit a schema.
      customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false, verbose: true },
      onCreate: (ajv) => void ajv.addKeyword(SECRET).addKeyword(FAULT),
    },
  }).withTypeProvider<TypeBoxProvider>();
  // Answers are supersets by contract; response schemas are for the document only.
  app.setSerializerCompiler(() => JSON.stringify);
  acceptBodies(app);
  answerErrors(app);
  letRefusedBodiesIn(app);
  closeInTime(app);
  return app;
}
