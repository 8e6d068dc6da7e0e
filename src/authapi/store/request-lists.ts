import type { AccessRequest } from '../policy/requests/access-request.ts';
import type { Database } from './database.ts';
import { requestOf } from './requests.ts';
import type { Page, PageRange } from './workflows.ts';

/** The five lists of contract section 18, and all that somebody may see. */
export const REQUEST_FILTERS = [
  'requests',
  'active_requests',
  'approvals',
  'active_approvals',
  'all',
] as const;
export type RequestFilter = (typeof REQUEST_FILTERS)[number] | 'visible';

/** The columns that searches sort by. */
export const REQUEST_SORT_KEYS = ['created', 'updated', 'name', 'status'] as const;
export type RequestSortKey = (typeof REQUEST_SORT_KEYS)[number];

/** Which requests are wanted, in which order; times are epoch milliseconds. */
export interface RequestQuery extends PageRange {
  readonly filter: RequestFilter;
  readonly keywords?: string;
  readonly createdFrom?: number;
  readonly createdUntil?: number;
  readonly sortKey?: RequestSortKey;
  readonly descending?: boolean;
}

/** For whom: its `users.uuid` and the ids of the roles it holds. */
export interface Viewer {
  readonly id: string;
  readonly roleIds: ReadonlySet<string>;
}

const OWN = '(requester_uuid = ?1 OR target_uuid = ?1)';

/** ?1 is the viewer, ?2 the ids of its roles. Those who ask never decide, so their own are nobody's to approve. */
const FILTERS: Readonly<Record<RequestFilter, string>> = {
  all: 'true',
  requests: OWN,
  active_requests: `${OWN} AND status = 'WAITING'`,
  approvals: `NOT ${OWN} AND ${hasApproval('steps.key <= step')}`,
  active_approvals: `NOT ${OWN} AND status = 'WAITING'
    AND ${hasApproval(`steps.key = step AND approvers.value ->> 'decision' = 'WAITING'`)}`,
  visible: `(${OWN} OR ${hasApproval('true')})`,
};

const COLUMNS: Readonly<Record<RequestSortKey, string>> = {
  created: 'created_at',
  updated: 'updated_at',
  name: 'name',
  status: 'status',
};

/** Lists a page of requests for a viewer; as they were made unless a sort key is given. */
export function listRequests(database: Database, viewer: Viewer, query: RequestQuery): Page<AccessRequest> {
  const from = `FROM requests WHERE ${FILTERS[query.filter]}
    AND instr(keywords, ?3) > 0 AND created_at BETWEEN ?4 AND ?5
    -- Every statement names all parameters.
    AND ?1 IS NOT NULL AND ?2 IS NOT NULL`;
  const values = [
    viewer.id,
    JSON.stringify([...viewer.roleIds]),
    (query.keywords ?? '').toLowerCase(),
    query.createdFrom ?? 0,
    query.createdUntil ?? Number.MAX_SAFE_INTEGER,
  ];
  const column = query.sortKey === undefined ? 'seq' : COLUMNS[query.sortKey];
  const direction = query.descending === true ? 'DESC' : 'ASC';
  const rows = database.all<{ document: string }>(
    `SELECT document ${from} ORDER BY ${column} ${direction}, seq ${direction} LIMIT ?6 OFFSET ?7`,
    ...values,
    query.limit,
    query.offset,
  );
  const total = database.one<{ count: number }>(`SELECT count(*) AS count ${from}`, ...values);
  return { count: total?.count ?? 0, items: rows.map(requestOf) };
}

/** Writes the SQL that looks for an approval which is the viewer's, by one of its roles or because it decided. */
function hasApproval(condition: string): string {
  return `EXISTS (
    SELECT 1 FROM json_each(document, '$.steps') AS steps, json_each(steps.value, '$.approvers') AS approvers
    WHERE ${condition} AND (
      approvers.value ->> '$.role.id' IN (SELECT value FROM json_each(?2))
      OR approvers.value ->> '$.user.id' = ?1))`;
}
