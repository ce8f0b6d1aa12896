import { setTimeout as sleep } from 'node:timers/promises';
import type { Db } from '../../src/db/database.ts';
import { entryFields } from '../support/entry-form.ts';
import { PASSWORD, PEOPLE, type World } from '../support/world.ts';

/** Somebody who saves the same two values of one office over and over. */
export interface Saver {
  username: string;
  office: 'krabi' | 'lampang' | 'secondary';
  variables: [string, string];
}

/** Of three offices; two people of krabi, who share its lock but no value, and one who has two windows open. */
export const SAVERS: Saver[] = [
  { username: PEOPLE.owner, office: 'krabi', variables: ['5/a', '2.2/a'] },
  { username: PEOPLE.colleague, office: 'krabi', variables: ['1/a', '1/b'] },
  { username: PEOPLE.colleague, office: 'krabi', variables: ['1/a', '1/b'] },
  { username: PEOPLE.outsider, office: 'lampang', variables: ['1/a', '1/b'] },
  { username: PEOPLE.secondary, office: 'secondary', variables: ['1/a', '1/b'] },
];

/** A save that the server has acknowledged. */
export interface Acknowledged {
  entryId: string;
  value: string;
}

export interface Tally {
  acknowledged: Acknowledged[];
  /** Statuses of the answers, and `lost` for lines that broke. */
  answers: Record<string, number>;
  /** The longest time that an answer took. */
  slowestMs: number;
}

export function newTally(): Tally {
  return { acknowledged: [], answers: {}, slowestMs: 0 };
}

/** Signs in and returns the session's cookie. */
export async function cookieOf(url: string, username: string): Promise<string> {
  const body = new URLSearchParams({ username, password: PASSWORD });
  const answer = await fetch(`${url}/krs/login`, { method: 'POST', body, redirect: 'manual' });
  const [cookie] = answer.headers.getSetCookie().filter((line) => line.startsWith('sid='));
  if (cookie === undefined) throw new Error(`${username} cannot sign in: ${answer.status}`);
  return cookie.split(';')[0] ?? '';
}

/** Whole numbers that no save used before: an acknowledged value is found again by its history row. */
export type Numbers = () => number;

/** Saves until `until` is done; a broken line or an error page ends nothing. */
export async function keepSaving(
  target: { url: string; db: Db; world: World; cookie: string; numbers: Numbers; limitMs: number },
  saver: Saver,
  until: AbortSignal,
  tally: Tally,
): Promise<void> {
  const { world, db, url } = target;
  const [first, second] = await Promise.all(
    saver.variables.map((variable) => world.entry('open', saver.office, variable)),
  );
  if (first === undefined || second === undefined) throw new Error('no entries');
  while (!until.aborted) {
    const value = String(target.numbers());
    const typed = { [first]: value, [second]: saver.variables[1] === '2.2/a' ? rank(value) : value };
    const form = await entryFields(db, typed).catch(() => undefined);
    if (form === undefined) {
      await sleep(50);
      continue;
    }
    const begin = performance.now();
    const status = await post(`${url}/krs/entry?round=${world.rounds.open}`, form, target);
    tally.slowestMs = Math.max(tally.slowestMs, performance.now() - begin);
    tally.answers[status] = (tally.answers[status] ?? 0) + 1;
    if (status === '303') tally.acknowledged.push({ entryId: first, value });
  }
}

async function post(
  address: string,
  form: Record<string, string>,
  { cookie, limitMs }: { cookie: string; limitMs: number },
): Promise<string> {
  try {
    const answer = await fetch(address, {
      method: 'POST',
      body: new URLSearchParams(form),
      headers: { Cookie: cookie },
      redirect: 'manual',
      signal: AbortSignal.timeout(limitMs),
    });
    await answer.text();
    return String(answer.status);
  } catch (error) {
    return error instanceof Error && error.name === 'TimeoutError' ? 'hung' : 'lost';
  }
}

/** A level from 1 to 5. */
function rank(value: string): string {
  return String((Number(value) % 5) + 1);
}
