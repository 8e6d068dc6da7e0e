import { type TSchema, Type } from '@sinclair/typebox';
import { Empty } from './answers.ts';

const Fault = {
  error_code: Type.String(),
  error_message: Type.String(),
  property: Type.Optional(Type.String({ description: 'What of the call is at fault' })),
};

const EngineErrorBody = Type.Object(
  { ...Fault, details: Type.Array(Type.Object(Fault)) },
  { description: 'A refusal or a failure' },
);

/** Describes an answer of the workflow engine: 200 with a body. */
export function engineAnswers(body: TSchema): { 200: TSchema; default: TSchema } {
  return { 200: body, default: EngineErrorBody };
}

/** Describes the answer to a creation: 201 with the id. */
export const CREATED = {
  201: Type.Object({ id: Type.String() }, { description: 'Created' }),
  default: EngineErrorBody,
};

/** Describes the answer to any other write: 200 without a body. */
export const DONE = engineAnswers(Empty);
