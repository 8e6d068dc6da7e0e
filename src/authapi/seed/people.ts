/** Somebody at the sample company. */
export interface SamplePerson {
  /** The part of the address before `@example.com`. */
  readonly login: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly groups: readonly string[];
}

/** Everybody at the sample company: 40 people. `ada` is an ADMIN, `sam` has nothing but USER. */
export const PEOPLE: readonly SamplePerson[] = [
  person('ada', 'Ada Lindqvist', ['ADMIN'], ['engineering', 'platform']),
  person('sam', 'Sam Okafor', ['USER'], []),
  person('amina', 'Amina Haddad', ['USER'], ['engineering']),
  person('bruno', 'Bruno Carvalho', ['USER'], ['engineering', 'platform']),
  person('carmen', 'Carmen Ruiz', ['USER', 'METADATA_MANAGER'], ['engineering']),
  person('daniel', 'Daniel Weiss', ['USER'], ['engineering']),
  person('eszter', 'Eszter Kovács', ['USER'], ['engineering']),
  person('farid', 'Farid Rahimi', ['USER'], ['engineering', 'data']),
  person('grace', 'Grace Mwangi', ['USER', 'APPLICATION_MANAGER'], ['engineering', 'platform']),
  person('henrik', 'Henrik Dahl', ['USER'], ['engineering']),
  person('ingrid', 'Ingrid Solberg', ['USER', 'workflow-operator'], ['engineering', 'operations']),
  person('jonas', 'Jonas Petrauskas', ['USER'], ['engineering']),
  person('keiko', 'Keiko Tanaka', ['USER'], ['engineering', 'data']),
  person('leo', 'Leo Fontaine', ['USER'], ['engineering']),
  person('mira', 'Mira Kapoor', ['USER', 'PROMPT_MANAGER'], ['engineering']),
  person('nadia', 'Nadia Petrova', ['ADMIN'], ['security']),
  person('oscar', 'Oscar Nyström', ['USER', 'secrets-auditor'], ['security']),
  person('priya', 'Priya Raman', ['USER'], ['security', 'platform']),
  person('quentin', 'Quentin Leroy', ['USER'], ['security']),
  person('rosa', 'Rosa Martinelli', ['USER'], ['platform', 'operations']),
  person('stefan', 'Stefan Brandt', ['USER', 'WORKFLOW_MANAGER'], ['platform']),
  person('tomas', 'Tomás Herrera', ['USER'], ['platform']),
  person('ursula', 'Ursula Meier', ['USER'], ['finance']),
  person('viktor', 'Viktor Lindgren', ['USER'], ['finance']),
  person('wanjiru', 'Wanjiru Kamau', ['USER', 'access-reviewer'], ['finance']),
  person('xavier', 'Xavier Dubois', ['USER'], ['finance']),
  person('yara', 'Yara Nasser', ['USER'], ['support']),
  person('zoe', 'Zoe Papadakis', ['USER'], ['support']),
  person('alan', 'Alan Whitaker', ['USER'], ['support']),
  person('beatriz', 'Beatriz Santos', ['USER'], ['support']),
  person('chen', 'Chen Wei', ['USER'], ['data']),
  person('dalia', 'Dalia Mansour', ['USER'], ['data']),
  person('emil', 'Emil Johansson', ['USER', 'METADATA_MANAGER'], ['data']),
  person('fiona', 'Fiona Gallagher', ['USER'], ['operations']),
  person('goran', 'Goran Horvat', ['USER'], ['operations']),
  person('hana', 'Hana Novotná', ['USER', 'workflow-operator'], ['operations']),
  person('ivo', 'Ivo Marinov', ['USER_READ_ONLY'], ['contractors']),
  person('julia', 'Julia Nowak', ['USER_READ_ONLY'], ['contractors']),
  person('kofi', 'Kofi Asante', ['WORKER'], ['contractors']),
  person('lena', 'Lena Fischer', [], ['contractors']),
];

function person(
  login: string,
  name: string,
  roles: readonly string[],
  groups: readonly string[],
): SamplePerson {
  return { login, name, roles, groups };
}
