import { randomBytes, randomUUID } from 'node:crypto';
import type { Db } from '../src/db/database.ts';
import type { BareSession } from './bare/order.ts';
import { type BenchSystem, PASSWORD } from './data.ts';
import { ROUNDS } from './framework.ts';
import { signIn } from './load.ts';

/** Keep-alive connections of each run. */
export const CONNECTIONS = 8;

/** An office with the person who asks on its behalf, on both sides. */
export interface Seat {
  officeId: string;
  /** Session cookies. */
  ours: string;
  bare: string;
}

/** One seat for each connection, each with an office of its own: nobody waits for another's lock. */
export async function takeSeats(db: Db, origin: string, system: BenchSystem): Promise<Seat[]> {
  const seats: Seat[] = [];
  for (const { id: officeId, username } of system.offices.slice(0, CONNECTIONS)) {
    const ours = await signIn(origin, system.code, username, PASSWORD);
    seats.push({ officeId, ours, bare: await bareSession(db, system, username) });
  }
  return seats;
}

/** A session of the bare limits, in the same table as the application's; answers its cookie. */
export async function bareSession(db: Db, system: BenchSystem, username: string): Promise<string> {
  const user = await db('users').where({ system_id: system.id, username }).first('id', 'office_id');
  const session: BareSession = {
    userId: user.id,
    officeId: user.office_id,
    roundId: roundOf(system, 'bare'),
  };
  const sid = randomUUID();
  await db('sessions').insert({
    sid,
    sess: JSON.stringify(session),
    expire: new Date(Date.now() + 24 * 3_600_000),
  });
  return `sid=${sid}`;
}

export function roundOf(system: BenchSystem, side: keyof typeof ROUNDS): string {
  const id = system.rounds[ROUNDS[side]];
  if (id === undefined) throw new Error(`${system.code} has no round for ${side}`);
  return id;
}

export function newSecret(): string {
  return randomBytes(32).toString('hex');
}
