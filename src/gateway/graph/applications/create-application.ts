import { storedUserId } from '../../../access/facts/keys.ts';
import type { RestClient } from '../../upstream/client/client.ts';
import { createdTraceably } from '../../upstream/resilience/traceable-create.ts';
import { currentUser } from '../users/rest.ts';
import { listApplications, postApplication } from './rest.ts';

/**
 * Creates an application and gives its id. If the answer is lost, it is known by its name and creator.
 *
 * @throws {OutcomeUnknownError} if the answer is lost, and it cannot be told from others.
 */
export function createApplication(client: RestClient, name: string): Promise<string> {
  return createdTraceably(client, {
    likeness: `application ${name}`,
    create: () => postApplication(client, name),
    async alike() {
      const [me, applications] = await Promise.all([currentUser(client), listApplications(client)]);
      const own = applications.filter(
        (application) => application.name === name && storedUserId(application.createdBy ?? '') === me.id,
      );
      return own.map(({ id }) => id);
    },
    answerFor: (id) => id,
  });
}
