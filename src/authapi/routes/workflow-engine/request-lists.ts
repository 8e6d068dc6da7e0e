import { type TSchema, Type } from '@sinclair/typebox';
import type { AuthApiContext } from '../../context.ts';
import { faulty } from '../../engine-error.ts';
import { viewerOf } from '../../guards/engine-viewer.ts';
import { allow } from '../../guards/permission.ts';
import { type Caller, callerOf } from '../../http/authentication.ts';
import { engineAnswers } from '../../http/engine-answers.ts';
import type { App } from '../../http/typed-app.ts';
import { can } from '../../policy/can.ts';
import {
  listRequests,
  REQUEST_FILTERS,
  REQUEST_SORT_KEYS,
  type RequestFilter,
  type RequestQuery,
} from '../../store/request-lists.ts';
import {
  isDescending,
  PageOf,
  pageQuery,
  rangeOf,
  sortQuery,
  wordOf,
} from '../../wire/workflow-engine/pages.ts';
import { Request, requestAnswers, SearchBody } from '../../wire/workflow-engine/requests.ts';
import { epochOf } from '../../wire/workflow-engine/times.ts';

const tags = ['Access requests'];
const filter = Type.Optional(Type.String({ description: `${REQUEST_FILTERS.join(', ')}; in any case` }));
const RequestPage: TSchema = PageOf(Request);

/** Serves the five lists of requests, and searches in them (contract section 18). */
export function requestListRoutes(app: App, { database }: AuthApiContext): void {
  const list = (
    caller: Caller,
    query: Omit<RequestQuery, 'filter'> & { filter: RequestFilter | undefined },
  ) => {
    const viewer = viewerOf(database, caller);
    if (query.filter === 'all') allow(can(viewer.principal, 'readAllRequests'));
    const { count, items } = listRequests(database, viewer, {
      ...query,
      filter: query.filter ?? (viewer.seesAll ? 'all' : 'visible'),
    });
    return { count, items: requestAnswers(database, items) };
  };

  app.get(
    '/requests',
    {
      schema: {
        tags,
        summary: 'List requests, in the order they were made',
        querystring: Type.Object({ filter, ...pageQuery }),
        response: engineAnswers(RequestPage),
      },
    },
    (request) => {
      const { query } = request;
      if (query.filter === undefined) throw faulty('REQUIRED_VALUE_MISSING', 'filter', 'is required');
      const range = rangeOf(query);
      return list(callerOf(request), { ...range, filter: filterOf(query.filter) });
    },
  );

  app.post(
    '/requests/search',
    {
      // Everything of the body is optional, and so is the body.
      preValidation: (request, _reply, done) => {
        request.body ??= {};
        done();
      },
      schema: {
        tags,
        summary: 'Search requests; without a filter, among all that one may see',
        querystring: Type.Object({ filter, ...pageQuery, ...sortQuery }),
        body: SearchBody,
        response: engineAnswers(RequestPage),
      },
    },
    (request) => {
      const { query, body } = request;
      const { sortkey = 'created', sortdir } = query;
      const word = query.filter ?? body.filter;
      const createdFrom = epochOf(body.start_time, 'start_time');
      const createdUntil = epochOf(body.end_time, 'end_time');
      return list(callerOf(request), {
        ...rangeOf(query),
        filter: word === undefined || word === '' ? undefined : filterOf(word),
        keywords: body.keywords ?? '',
        ...(createdFrom !== undefined && { createdFrom }),
        ...(createdUntil !== undefined && { createdUntil }),
        sortKey: wordOf(sortkey, REQUEST_SORT_KEYS, 'sortkey'),
        descending: isDescending(sortdir),
      });
    },
  );
}

function filterOf(text: string): RequestFilter {
  return wordOf(text, REQUEST_FILTERS, 'filter');
}
