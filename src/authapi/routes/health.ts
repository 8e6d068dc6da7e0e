import { Type } from '@sinclair/typebox';
import { answers } from '../http/answers.ts';
import type { App } from '../http/typed-app.ts';

/** Serves the sign of life that containers and load balancers ask for, without a token. */
export function healthRoutes(app: App): void {
  app.get(
    '/health',
    {
      schema: {
        tags: ['Health'],
        summary: 'Tell that the server runs',
        response: answers(Type.Object({ status: Type.Literal('OK') })),
        security: [],
      },
    },
    () => ({ status: 'OK' }),
  );
}
