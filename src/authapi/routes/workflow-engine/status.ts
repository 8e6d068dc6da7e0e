import { Type } from '@sinclair/typebox';
import { version } from '../../../release.ts';
import { engineAnswers } from '../../http/engine-answers.ts';
import type { App } from '../../http/typed-app.ts';

const Status = Type.Object({ version: Type.String(), api_version: Type.String(), status: Type.String() });

/** Serves the sign of life of a PrivX service, without a token (contract section 19). */
export function statusRoutes(app: App): void {
  app.get(
    '/status',
    {
      schema: {
        tags: ['Health'],
        summary: 'Tell that the service runs',
        response: engineAnswers(Status),
        security: [],
      },
    },
    () => ({ version, api_version: 'v1', status: 'OK' }),
  );
}
