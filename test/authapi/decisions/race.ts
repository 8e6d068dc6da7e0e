import { expect } from 'vitest';
import { SlowRequest } from '../support/slow-request.ts';
import { exampleOf } from './examples.ts';
import type { RegisteredRoute } from './registered-routes.ts';
import type { Way } from './ways.ts';
import type { World } from './world.ts';

/**
 * Lets what stands behind a request go while the request is under way, and expects the answer that the same request
 * gets when it begins afterwards, and that nothing is written. Tells whether the way opens the route at all.
 */
export async function race(world: World, route: RegisteredRoute, way: Way): Promise<boolean> {
  const undisturbed = await begin(world, route, way);
  if ((await undisturbed.slow.finish()).status >= 300) return false;

  for (const [end, take] of Object.entries(way.ends)) {
    const { actor, example, sent, slow } = await begin(world, route, way);
    await take(world, actor, example);
    const commits = world.commits;
    const afterwards = await world.send(sent);
    if (afterwards.status < 300) {
      // It never rested on that right.
      slow.abandon();
      continue;
    }
    const answer = await slow.finish();
    const seen = [answer.status, answer.text, world.commits];
    expect(seen, `${way.name} ${end}`).toEqual([afterwards.status, afterwards.text, commits]);
  }
  return true;
}

/** Begins a request of somebody who may make it; the server has all of it but half of the body. */
async function begin(world: World, route: RegisteredRoute, way: Way) {
  const actor = await way.actor(world);
  const example = await exampleOf(route, world, actor);
  await way.open?.(world, actor, example);
  // Once the token is known, the early check is done before the server asks for more.
  await world.send({ method: 'GET', path: '/api/token/userInfo', token: actor.token });
  const sent = { method: route.method, path: example.path, token: actor.token, body: example.body };
  return { actor, example, sent, slow: await SlowRequest.start(world.url, sent) };
}
