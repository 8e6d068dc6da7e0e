import { type TSchema, Type } from '@sinclair/typebox';

const ErrorBody = Type.Object(
  {
    status: Type.Integer(),
    message: Type.String(),
    instance: Type.String(),
    retryable: Type.Boolean(),
    error: Type.Optional(Type.String({ description: 'EXPIRED_TOKEN or INVALID_TOKEN: get a new token' })),
    validationErrors: Type.Optional(
      Type.Array(
        Type.Object({
          path: Type.String(),
          message: Type.String(),
          invalidValue: Type.Optional(Type.Unknown()),
        }),
      ),
    ),
  },
  { description: 'A refusal or a failure' },
);

/** An answer without a body. */
export const Empty = Type.Null({ description: 'Done; the answer is empty' });

/** An answer that says only that it is done. */
export const EmptyObject = Type.Object({}, { description: 'Done' });

/** An answer of one sentence. */
export const Message = Type.Object({ message: Type.String() }, { description: 'Done' });

/** Describes what a route answers, for the OpenAPI document: 200 and nothing else when it goes well. */
export function answers(body: TSchema): { 200: TSchema; default: TSchema } {
  return { 200: body, default: ErrorBody };
}
