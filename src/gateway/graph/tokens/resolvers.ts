import type { Resolvers } from '../generated/graphql.ts';
import { mutate } from '../kit/mutation.ts';
import { generateToken } from './rest.ts';

/** Signing in. */
export const tokenResolvers: Resolvers = {
  Mutation: {
    // The arguments are not searched for the faulty one: one of them is a secret.
    generateToken: async (_, { input }, context) => {
      await context.countSignIn();
      return mutate(
        {},
        () =>
          generateToken(context.signIn, {
            keyId: input.keyId,
            keySecret: input.keySecret,
            expiration: input.expiresInSeconds ?? undefined,
          }),
        { expiration: ['input', 'expiresInSeconds'] },
      );
    },
  },
};
