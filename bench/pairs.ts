import type { Db } from '../src/db/database.ts';
import type { BenchSystem } from './data.ts';
import { tidyTables } from './database.ts';
import { checkStored, type Form, readForms, savingConnection } from './entry-form.ts';
import { VARIABLES } from './framework.ts';
import { type Connection, send } from './load.ts';
import type { Pair, Side } from './measure.ts';
import type { RunningServer } from './servers.ts';
import { roundOf, type Seat } from './world.ts';

/** Where the two sides answer. */
export interface Servers {
  ours: RunningServer;
  bare: RunningServer;
}

/** What the pairs that change something are made of. */
export interface WritingStage {
  db: Db;
  servers: Servers;
  system: BenchSystem;
  seats: readonly Seat[];
}

/** A page that both sides show; the bare limit under its name. */
export interface PagePair {
  name: string;
  label: string;
  wanted: number;
  path: string;
  /** One for each connection. */
  cookies: readonly string[];
}

/** A pair of pages: the application's, and the same from memory. Throws where they are not the same page. */
export async function pagePair(servers: Servers, page: PagePair): Promise<Pair> {
  const { name, label, wanted, path, cookies } = page;
  await comparePages(servers, page);
  return {
    name,
    label,
    wanted,
    ours: { server: servers.ours, prepare: async () => cookies.map((cookie) => reading(cookie, path)) },
    bare: { server: servers.bare, prepare: async () => cookies.map(() => reading('', `/${name}`)) },
  };
}

// The time that is left stands on some pages, and in seconds it is another text.
const TOLERANCE = 0.002;

async function comparePages({ ours, bare }: Servers, { name, path, cookies }: PagePair): Promise<void> {
  const page = await send(ours.origin, { method: 'GET', path, cookie: cookies[0] ?? '' });
  const rendered = await send(bare.origin, { method: 'GET', path: `/${name}` });
  const [size, bareSize] = [page.body.length, rendered.body.length];
  const isSame =
    page.status === 200 && rendered.status === 200 && Math.abs(size - bareSize) <= size * TOLERANCE;
  if (!isSame) throw new Error(`${path} has ${size} bytes, the same from memory ${bareSize}`);
}

export function entryPage(system: BenchSystem, seats: readonly Seat[]): PagePair {
  return {
    name: 'entry-page',
    label: `entry page, ${VARIABLES} variables`,
    wanted: 0.55,
    path: entryPath(system),
    cookies: seats.map(({ ours }) => ours),
  };
}

/** Saving the entry form with so many changed values. */
export function savePair(stage: WritingStage, changed: number, wanted: number): Pair {
  const { servers, system } = stage;
  return {
    name: `save-${changed}`,
    label: `save of ${changed} changed values`,
    wanted,
    ours: savingSide(stage, 'ours', { server: servers.ours, path: entryPath(system) }, changed),
    bare: savingSide(stage, 'bare', { server: servers.bare, path: '/save' }, changed),
  };
}

function savingSide(
  { db, system, seats }: WritingStage,
  side: 'ours' | 'bare',
  { server, path }: { server: RunningServer; path: string },
  changed: number,
): Side {
  let sent: Form[] = [];
  return {
    server,
    async prepare() {
      await tidyTables(db);
      const offices = seats.map(({ officeId }) => officeId);
      const forms = await readForms(db, roundOf(system, side), offices);
      checkStored(sent, forms);
      sent = forms;
      return seats.map((seat, at) =>
        savingConnection({ cookie: seat[side], path }, forms[at] ?? [], changed),
      );
    },
  };
}

export function entryPath(system: BenchSystem): string {
  return `/${system.code}/entry?round=${roundOf(system, 'ours')}`;
}

function reading(cookie: string, path: string): Connection {
  return { cookie, next: () => ({ method: 'GET', path, expect: 200 }) };
}
