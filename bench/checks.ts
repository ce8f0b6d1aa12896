import { measureSizes } from './assets.ts';
import { formOf } from './certify.ts';
import type { Cleanup } from './cleanup.ts';
import { CHEAP_COST, PASSWORD } from './data.ts';
import { readForms, savingConnection } from './entry-form.ts';
import { measureGrowth } from './growth.ts';
import { type Call, send } from './load.ts';
import { entryPath } from './pairs.ts';
import { type Check, checkOf } from './report.ts';
import { startApp } from './servers.ts';
import { measureSignIn } from './sign-in.ts';
import type { Stage } from './stage.ts';
import { recordStatements, type Statement } from './statements.ts';
import { measureUserList, USERS } from './users.ts';
import { roundOf } from './world.ts';

const MEGABYTE = 2 ** 20;
const KILOBYTE = 1024;
const WARM_UPS = 3;

/** Resident memory of the application after all that load. */
export async function checkMemory({ servers }: Stage): Promise<Check[]> {
  const bytes = servers.ours.residentBytes();
  return [
    checkOf('memory', 'resident memory after the run', bytes === null ? null : bytes / MEGABYTE, 'MB', 250),
  ];
}

/** A request whose statements are counted. */
interface Counted {
  label: string;
  limit: number | null;
  cookie: string;
  htmx?: boolean;
  call(): Call;
}

/** Statements of one request, session and user included, BEGIN and COMMIT, too. */
export async function checkStatements(stage: Stage, cleanup: Cleanup): Promise<Check[]> {
  return countStatements(stage, cleanup, 'statements', await countedRequests(stage));
}

/** The list of 2,000 users. */
export async function checkUsers(stage: Stage, cleanup: Cleanup): Promise<Check[]> {
  const { cookie, path, ms } = await measureUserList(stage.servers.ours.origin);
  const label = `list of ${USERS} users`;
  const call = (): Call => ({ method: 'GET', path, expect: 200 });
  return [
    checkOf('users', `page of the ${label}`, ms, 'ms', null),
    ...(await countStatements(stage, cleanup, 'users', [{ label, limit: 6, cookie, call }])),
  ];
}

/** What signing in costs beside comparing the password. */
export async function checkSignIn(stage: Stage, cleanup: Cleanup): Promise<Check[]> {
  const cost = await measureSignIn(stage);
  const { code, offices } = stage.system;
  const body = new URLSearchParams({ username: offices[0]?.username ?? '', password: PASSWORD }).toString();
  const call = (): Call => ({ method: 'POST', path: `/${code}/login`, body, expect: 303 });
  return [
    checkOf('sign-in', 'sign-in apart from bcrypt', cost.ours, 'ms', null, cost),
    checkOf('sign-in', 'the same, Express + pg alone', cost.bare, 'ms', null),
    checkOf('sign-in', `bcrypt alone, cost ${CHEAP_COST} as of both sides`, cost.bcrypt, 'ms', null),
    ...(await countStatements(stage, cleanup, 'sign-in', [
      // with the host name of this sign-in, and now and then that of the one before, found out in the background
      { label: 'sign-in', limit: 12, cookie: '', call },
    ])),
  ];
}

/** Counts with another instance of the application, each request asked again and again, each time anew. */
async function countStatements(
  stage: Stage,
  cleanup: Cleanup,
  name: string,
  requests: readonly Counted[],
): Promise<Check[]> {
  const recorder = await recordStatements(stage.database.url, cleanup);
  const { sessionSecret } = stage;
  const app = await startApp({ databaseUrl: recorder.databaseUrl, sessionSecret }, cleanup);
  const checks: Check[] = [];
  for (const counted of requests) {
    for (let time = 0; time < WARM_UPS; time += 1) await ask(app.origin, counted);
    recorder.take();
    await ask(app.origin, counted);
    const statements: Statement[] = recorder.take();
    checks.push(
      checkOf(name, `statements: ${counted.label}`, statements.length, '', counted.limit, statements),
    );
  }
  await app.stop();
  return checks;
}

async function ask(origin: string, { cookie, htmx, call }: Counted): Promise<void> {
  const { method, path, body, expect, done } = call();
  const headers = htmx ? { 'hx-request': 'true' } : {};
  const { status } = await send(origin, {
    method,
    path,
    cookie,
    headers,
    ...(body === undefined ? {} : { body }),
  });
  if (status !== expect) throw new Error(`${method} ${path} answered ${status} instead of ${expect}`);
  done?.();
}

async function countedRequests({ database, system, seats, certifiers, pages }: Stage): Promise<Counted[]> {
  const [seat] = seats;
  const [certifier] = certifiers;
  if (seat === undefined || certifier === undefined) throw new Error('Nobody has signed in');
  const [form = []] = await readForms(database.db, roundOf(system, 'ours'), [seat.officeId]);
  const limits: Record<string, number> = { 'entry-page': 8, 'certify-list': 8 };
  const shown = pages.map(({ name, label, path, cookies }): Counted => {
    const cookie = cookies[0] ?? '';
    return { label, limit: limits[name] ?? null, cookie, call: () => ({ method: 'GET', path, expect: 200 }) };
  });
  const saves = [120, 12].map((changed): Counted => {
    const connection = savingConnection({ cookie: seat.ours, path: entryPath(system) }, form, changed);
    return {
      label: `save of ${changed} values`,
      limit: 12,
      cookie: seat.ours,
      call: () => present(connection.next()),
    };
  });
  const certify = await certifyRequests(database.db, system, certifier.ours);
  return [...shown.slice(0, 1), ...saves, ...certify, ...shown.slice(1)];
}

/** ✓ as a plain form, and as htmx sends it; each time another entry. */
async function certifyRequests(
  db: Stage['database']['db'],
  system: Stage['system'],
  cookie: string,
): Promise<Counted[]> {
  const pending = await db('entries')
    .where({ round_id: roundOf(system, 'ours'), status: 'pending', office_id: system.offices.at(-1)?.id })
    .select('id', 'version', 'variable_id');
  const next = (expect: number): Call => {
    const { id, version, variable_id: variable } = pending.pop();
    const body = formOf({ round: roundOf(system, 'ours'), variable, version });
    return { method: 'POST', path: `/${system.code}/certify/entries/${id}/certification`, body, expect };
  };
  return [
    { label: 'certify one entry', limit: 10, cookie, call: () => next(303) },
    { label: 'certify one entry, by htmx', limit: 10, cookie, htmx: true, call: () => next(200) },
  ];
}

/** What goes over the line: the first visit from the login page to the entry page, and every later page. */
export async function checkSizes({ servers, system, seats, pages }: Stage): Promise<Check[]> {
  const cookie = seats[0]?.ours ?? '';
  const visited = [
    { label: 'login', path: `/${system.code}/login`, cookie: '' },
    { label: 'home', path: `/${system.code}`, cookie },
    ...pages.map(({ label, path, cookies }) => ({ label, path, cookie: cookies[0] ?? '' })),
  ];
  const sizes = await measureSizes(servers.ours.origin, visited, 3);
  const assets = sizes.assets.reduce((sum, { bytes }) => sum + bytes, 0);
  return [
    checkOf(
      'sizes',
      'first visit, compressed: login, home, entry page, assets',
      sizes.firstVisit / KILOBYTE,
      'KB',
      350,
    ),
    checkOf('sizes', 'of these the assets', assets / KILOBYTE, 'KB', null, sizes.assets),
    ...sizes.pages.map(({ label, bytes, raw }) =>
      checkOf('sizes', `page, compressed: ${label}`, bytes / KILOBYTE, 'KB', 30, { raw }),
    ),
  ];
}

/** The status matrix of ten times as many offices. */
export async function checkGrowth({ servers, growth }: Stage): Promise<Check[]> {
  if (growth === null) return [];
  const { small, large, factor, wanted } = await measureGrowth(servers.ours.origin, growth);
  return [
    checkOf('growth', 'status matrix of 225 offices', small, 'ms', null),
    checkOf('growth', 'status matrix of 2,250 offices', large, 'ms', null),
    checkOf('growth', 'growth of the status matrix, 10 times as many offices', factor, 'times', wanted),
  ];
}

function present<Thing>(thing: Thing | null): Thing {
  if (thing === null) throw new Error('Nothing is left to ask for');
  return thing;
}
