import { inWords } from '../answers/in-words.ts';
import { applicationIdOfUser, type SubjectKey, type TargetKey } from '../facts/keys.ts';
import type { Finding } from './finding.ts';

/** Says a finding in a sentence without a full stop. */
export function findingInWords(finding: Finding): string {
  const { subject, target, access, roleId, key, tags, at, reaches } = finding;
  const who = subjectInWords(subject);
  const grant = `the grant of ${access.join(', ')} on ${target ? targetInWords(target) : ''} to ${who}`;
  const day = at ? at.toISOString().slice(0, 10) : 'an unknown day';
  switch (finding.kind) {
    case 'ADMINISTRATOR':
      return `${who} may do everything: ${reaches.map(({ path }) => path.slice(0, -1).map(inWords).join(', ')).join('; or ')}`;
    case 'PRIVILEGED_APPLICATION':
      return `${who} holds the administrator's role ${roleId}`;
    case 'ORPHANED_APPLICATION':
      return `${who} goes on, though who made it does not exist: ${whyInWords(finding)}`;
    case 'DANGLING_SUBJECT':
      return `${grant}, who does not exist`;
    case 'DANGLING_TARGET':
      return `${grant} is on something that does not exist`;
    case 'REDUNDANT_GRANT':
      return `${grant} gives nothing that a group does not give: ${whyInWords(finding)}`;
    case 'TAGGABLE_BY':
      return `${who} may tag ${target ? targetInWords(target) : ''}, which opens ${access.join(', ')} to others by ${someOf(tags)}: ${whyInWords(finding)}`;
    case 'EMPTY_GROUP':
      return `${who} has no members`;
    case 'OLD_ACCESS_KEY':
      return `access key ${key?.id} of ${who} is active since ${day}`;
    case 'INACTIVE_ACCESS_KEY':
      return `access key ${key?.id} of ${who} is inactive and could be deleted`;
    case 'ORPHANED_ACCESS_KEY':
      return `access key ${key?.id} of ${who} is active, though who made the application does not exist: ${whyInWords(finding)}`;
    case 'ENDING_ROLE':
      return `${who} holds role ${roleId} until ${at?.toISOString()}`;
  }
}

function whyInWords({ reaches }: Finding): string {
  return reaches.map(({ path }) => path.map(inWords).join(', ')).join('; ');
}

/** Names the first few of many tags: a sentence has an end. */
function someOf(tags: readonly string[]): string {
  const [named, rest] = [tags.slice(0, 3).join(', '), tags.length - 3];
  return rest > 0 ? `the tags ${named} and ${rest} more` : `the tag${tags.length === 1 ? '' : 's'} ${named}`;
}

function subjectInWords({ type, id }: SubjectKey): string {
  const applicationId = type === 'USER' ? applicationIdOfUser(id) : null;
  return applicationId === null ? `${type.toLowerCase()} ${id}` : `application ${applicationId}`;
}

function targetInWords({ type, id }: TargetKey): string {
  return `${type} ${id}`;
}
