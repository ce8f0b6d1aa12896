import bcrypt from 'bcrypt';
import { CHEAP_COST, PASSWORD } from './data.ts';
import { send } from './load.ts';
import { medianOf } from './measure.ts';
import type { Stage } from './stage.ts';

const WARM_UPS = 20;
const TIMES = 200;

/** Medians in milliseconds: comparing a password alone, and a whole sign-in less that, on both sides. */
export interface SignInCost {
  bcrypt: number;
  ours: number;
  bare: number;
}

/**
 * Signs in again and again, one at a time and both sides in turn, with passwords of the same cheap cost: what
 * remains without bcrypt is what the program itself costs. Every answer is checked to have opened a session.
 */
export async function measureSignIn({ servers, system }: Stage): Promise<SignInCost> {
  const username = system.offices[0]?.username ?? '';
  const hash = await bcrypt.hash(PASSWORD, CHEAP_COST);
  const ours = () => signInAt(servers.ours.origin, `/${system.code}/login`, { username, password: PASSWORD });
  const bare = () =>
    signInAt(servers.bare.origin, '/sign-in', { system: system.id, username, password: PASSWORD });
  const compare = () => bcrypt.compare(PASSWORD, hash);
  const times: Record<keyof SignInCost, number[]> = { bcrypt: [], ours: [], bare: [] };
  for (let time = -WARM_UPS; time < TIMES; time += 1) {
    for (const [name, work] of [
      ['bcrypt', compare],
      ['ours', ours],
      ['bare', bare],
    ] as const) {
      const begin = performance.now();
      await work();
      if (time >= 0) times[name].push(performance.now() - begin);
    }
  }
  const alone = medianOf(times.bcrypt);
  return { bcrypt: alone, ours: medianOf(times.ours) - alone, bare: medianOf(times.bare) - alone };
}

async function signInAt(origin: string, path: string, fields: Record<string, string>): Promise<void> {
  const body = new URLSearchParams(fields).toString();
  const { status, headers } = await send(origin, { method: 'POST', path, body });
  if (status !== 303 || !headers['set-cookie']?.some((line) => line.startsWith('sid='))) {
    throw new Error(`${path} answered ${status} and opened no session`);
  }
}
