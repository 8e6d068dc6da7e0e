import { Type } from '@sinclair/typebox';
import type { AuthApiContext } from '../../context.ts';
import { engineAnswers } from '../../http/engine-answers.ts';
import type { App } from '../../http/typed-app.ts';
import { listAllWorkflows } from '../../store/workflows.ts';
import { PageOf, pageOf, pageQuery, rangeOf } from '../../wire/workflow-engine/pages.ts';
import { roleNames } from '../../wire/workflow-engine/snapshots.ts';
import { GrantTypeName } from '../../wire/workflow-engine/workflows.ts';

const MAX_LIMIT = 1000;
const RequestableRole = Type.Object({
  id: Type.String(),
  name: Type.String(),
  action: Type.String(),
  grant_types: Type.Array(GrantTypeName),
  max_floating_duration: Type.Integer(),
  max_time_restricted_duration: Type.Integer(),
});

/** Serves what can be asked for: an entry for each role of each workflow that is still there (contract section 17). */
export function requestableRoleRoutes(app: App, { database }: AuthApiContext): void {
  app.get(
    '/workflows/roles',
    {
      schema: {
        tags: ['Role workflows'],
        summary: 'List the roles that can be asked for, and how',
        querystring: Type.Object(pageQuery),
        response: engineAnswers(PageOf(RequestableRole)),
      },
    },
    (request) => {
      const workflows = listAllWorkflows(database);
      const names = roleNames(
        database,
        workflows.flatMap(({ targetRoles }) => targetRoles),
      );
      const entries = workflows.flatMap((workflow) =>
        workflow.targetRoles
          .filter((role) => names(role).deleted !== true)
          .map(({ id, name }) => ({
            id,
            name,
            action: workflow.action,
            grant_types: workflow.grantTypes,
            max_floating_duration: workflow.maxFloatingHours,
            max_time_restricted_duration: workflow.maxTimeRestrictedDays,
          })),
      );
      return pageOf(entries, rangeOf(request.query, MAX_LIMIT));
    },
  );
}
