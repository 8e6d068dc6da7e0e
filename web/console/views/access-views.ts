import { ask } from '../ask.ts';
import type { AccessType, TargetInput } from '../generated/operations.ts';
import { EXPLAIN, WHO_CAN } from '../operations.ts';
import { addPath } from '../picture/add-path.ts';
import { nodeOf, subjectNode, targetNode } from '../picture/nodes.ts';
import { Picture } from '../picture/picture.ts';
import { ACCESS, addressOf } from '../place.ts';
import { type Answer, restOf, type View } from './view.ts';
import { ways } from './ways.ts';

/** People whose paths are drawn; all are in the list. */
const DRAWN = 20;

/** Shows who has an access to a target, and by what. */
export async function whoCanView(
  target: TargetInput,
  access: AccessType,
  signal: AbortSignal,
): Promise<View | null> {
  const { whoCan } = await ask(WHO_CAN, { target, access }, signal);
  if (!whoCan) return null;
  const { people, applications, warnings } = whoCan;
  const picture = new Picture();
  const beyond = new Picture();
  const self = targetNode(whoCan.target);
  picture.addNode(self);
  const holders = [...people.nodes, ...applications.nodes];
  const total = people.totalCount + applications.totalCount;
  return {
    title: self.name,
    lead: `${self.type}: ${total} can ${access}`,
    picture,
    neighbours: [
      {
        label: 'Ask for',
        links: ACCESS.map((one) => ({ text: one, href: addressOf({ kind: 'target', target, access: one }) })),
      },
    ],
    answersTitle: `Who can ${access}, and why`,
    answers: holders.map(({ subject, paths }, index) => ({
      text: subject.displayName ?? subject.id,
      link: { text: subject.id, href: subjectNode(subject).href ?? '#' },
      ways: ways(index < DRAWN ? picture : beyond, paths, () => self),
    })),
    notes: [
      ...restOf('people', people.nodes.length, people.totalCount),
      ...restOf('applications', applications.nodes.length, applications.totalCount),
      ...(holders.length > DRAWN ? [`The picture shows ${DRAWN} of ${total}.`] : []),
      ...warnings.map(({ message }) => message),
    ],
    user: null,
  };
}

/** Shows why a user has an access to a target, or what is missing. Null when there is no such user. */
export async function whyView(
  user: string,
  target: TargetInput,
  access: AccessType,
  signal: AbortSignal,
): Promise<View | null> {
  const { explain } = await ask(EXPLAIN, { user, target, access }, signal);
  if (!explain) return null;
  const picture = new Picture();
  picture.addNode(nodeOf('user', explain.user.id));
  const end = targetNode(explain.target);
  picture.addNode(end);
  const isAllowed = explain.decision === 'ALLOW';
  const name = explain.user.displayName ?? explain.user.id;
  const answers: Answer[] = isAllowed
    ? explain.paths.map((path) => ({
        text: path.steps.at(-1)?.summary ?? '',
        link: null,
        ways: ways(picture, [path], () => end),
      }))
    : [...new Set(explain.nearest.map(({ step }) => step.summary))].map((missing) => ({
        text: `if ${missing}`,
        link: null,
        ways: explain.nearest
          .filter(({ step }) => step.summary === missing)
          .map(({ steps }) => ({
            steps: steps.map(({ summary }) => summary),
            edges: addPath(picture, { steps, access: [access] }, () => end, missing),
            endsAt: null,
          })),
      }));
  return {
    title: `${name} ${isAllowed ? 'can' : 'cannot'} ${access} ${end.name}`,
    lead: agreement(explain.agreesWithUpstream, isAllowed ? explain.paths.length : null),
    picture,
    neighbours: [
      {
        label: 'See',
        links: [
          { text: name, href: addressOf({ kind: 'user', id: explain.user.id }) },
          { text: `who else can ${access}`, href: addressOf({ kind: 'target', target, access }) },
        ],
      },
    ],
    answersTitle: isAllowed ? 'Every way; all have to go to take the access away' : 'What would be enough',
    answers,
    notes: explain.warnings.map(({ message }) => message),
    user: explain.user.id,
  };
}

function agreement(agrees: boolean | null, paths: number | null): string {
  const count =
    paths === null
      ? 'No path grants this access'
      : paths === 1
        ? '1 path grants this access'
        : `${paths} paths grant this access`;
  if (agrees === null) return `${count}.`;
  return agrees
    ? `${count}, and Conductor agrees.`
    : `${count}, but Conductor decides otherwise: it does not show you everything.`;
}
