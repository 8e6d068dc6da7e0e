import type { RestPath } from '../client/path.ts';
import type { RestAnswer } from '../client/rest-call.ts';
import { isPage, refusalBody } from './answer.ts';

/**
 * Tells whether a refusal comes from another server than the upstream, of whom a 404 says nothing about the upstream's
 * records. Its own 404 has the form of its errors (contract sections 1 and 15), or comes from where it has answered
 * before. No API answers with a page, or sends elsewhere.
 *
 * @param isProven whether the same URL has once answered as the upstream does.
 */
export function isForeign(answer: RestAnswer, path: RestPath, isProven: boolean): boolean {
  if (answer.status >= 300 && answer.status < 400) return true;
  if (answer.status !== 404) return false;
  return isPage(answer) || !(isProven || hasOwnForm(answer, path));
}

function hasOwnForm(answer: RestAnswer, path: RestPath): boolean {
  const { status, message, path: told, timestamp, error_code: errorCode } = refusalBody(answer);
  const isOfEngine = !path.text.startsWith('/api/');
  if (isOfEngine && typeof errorCode === 'string' && errorCode !== '') return true;
  // Spring's own answer, where nothing is at a path, looks the same but for these two.
  const isOfFramework = told !== undefined && timestamp !== undefined;
  return status === answer.status && typeof message === 'string' && message !== '' && !isOfFramework;
}
