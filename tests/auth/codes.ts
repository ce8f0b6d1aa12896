import { Secret, TOTP } from 'otpauth';
import { encryptSecret } from '../../src/users/second-factor/secret.ts';
import type { Agent, TestApp } from '../support/test-app.ts';
import { PASSWORD, PEOPLE, type Person } from '../support/world.ts';

export const STEP_SECONDS = 30;
export const SECRET = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
export const ASK = '/krs/login/second-factor';
export const FACTOR = '/krs/profile/second-factor';

/** What the app on a phone shows, `steps` time steps from the application's present moment. */
export function codeOf(app: TestApp, steps = 0, secret = SECRET): string {
  const timestamp = app.clock.now().getTime() + steps * STEP_SECONDS * 1000;
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp });
}

/** Puts the clock at the beginning of a time step that no test has used. */
export function nextSteps(app: TestApp, steps = 3): void {
  const stepMs = STEP_SECONDS * 1000;
  const present = Math.floor(app.clock.now().getTime() / stepMs);
  app.clock.set(new Date((present + steps) * stepMs));
}

/** Gives this person SECRET as second factor. */
export async function giveFactor(app: TestApp, person: Person): Promise<void> {
  const userId = app.world.users[person];
  const secret = encryptSecret(SECRET, userId, app.config.sessionSecret);
  await app.db('users').where({ id: userId }).update({ totp_secret: secret, totp_last_step: null });
}

export async function takeFactor(app: TestApp, person: Person): Promise<void> {
  const change = { totp_secret: null, totp_last_step: null };
  await app.db('users').where({ id: app.world.users[person] }).update(change);
  await app.db('rate_limits').delete();
}

/** A browser in which the person has given the password, and is asked for a code. */
export async function halfway(app: TestApp, person: Person, next?: string): Promise<Agent> {
  const agent = app.agent();
  const form = { username: PEOPLE[person], password: PASSWORD, ...(next === undefined ? {} : { next }) };
  const answer = await agent.post('/krs/login').type('form').send(form).expect(303);
  if (answer.headers.location !== ASK) throw new Error(`led to ${answer.headers.location}`);
  return agent;
}

/** Sends a code from this browser. */
export function sendCode(agent: Agent, code: string) {
  return agent.post(ASK).type('form').send({ code });
}
