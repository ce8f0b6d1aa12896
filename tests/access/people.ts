import { type Agent, signIn, type TestApp } from '../support/test-app.ts';
import { ARS_PASSWORD, PASSWORD, PEOPLE, type Person } from '../support/world.ts';

/** Everybody who may ask for a page, by the part that the tables of this folder name them. */
export const SIGNED_IN = [
  'owner',
  'colleague',
  'idle',
  'outsider',
  'certifier',
  'bureauAdmin',
  'otherCertifier',
  'kpiOffice',
] as const satisfies readonly Person[];

/** Without an account that counts here: disabled after signing in, signed in to ARS only, nobody. */
export const STRANGERS = ['disabled', 'otherSystem', 'signedOut'] as const;

export const EVERYONE = [...SIGNED_IN, ...STRANGERS] as const;
export type Visitor = (typeof EVERYONE)[number];

/** A browser of this visitor on /krs. */
export async function visit(app: TestApp, visitor: Visitor): Promise<Agent> {
  if (visitor === 'signedOut') return app.agent();
  if (visitor === 'otherSystem') return withArsCookie(app);
  if (visitor === 'disabled') return disabledWhileSignedIn(app);
  return signIn(app, 'krs', PEOPLE[visitor]);
}

async function disabledWhileSignedIn(app: TestApp): Promise<Agent> {
  const account = () => app.db('users').where({ id: app.world.users.former });
  await account().update({ status: 'active' });
  const agent = await signIn(app, 'krs', PEOPLE.former);
  await account().update({ status: 'disabled' });
  return agent;
}

/** The same browser as owner of ARS, whose cookie somebody sends to /krs by hand. */
async function withArsCookie(app: TestApp): Promise<Agent> {
  return app.agent().set('Cookie', await sessionCookie(app, 'ars', PEOPLE.owner, ARS_PASSWORD));
}

/** `sid=…` of a new session. */
export async function sessionCookie(
  app: TestApp,
  system: string,
  username: string,
  password = PASSWORD,
): Promise<string> {
  const answer = await app
    .agent()
    .post(`/${system}/login`)
    .type('form')
    .send({ username, password })
    .expect(303);
  const cookies = answer.get('Set-Cookie') ?? [];
  const sid = cookies.map((line) => line.split(';')[0] ?? '').find((pair) => pair.startsWith('sid='));
  if (sid === undefined) throw new Error(`${username} got no session`);
  return sid;
}
