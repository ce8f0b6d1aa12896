import pg from 'pg';
import type { Db } from '../src/db/database.ts';
import { countNew } from '../src/threads/inbox/queries.ts';
import { loadMarks } from '../src/threads/marks/queries.ts';
import { send } from './load.ts';
import { type Check, checkOf } from './report.ts';
import type { Stage } from './stage.ts';
import { fillOthers, fillThread, type ThreadPlace } from './thread-items.ts';
import { roundOf } from './world.ts';

const FEW = 10_000;
const MANY = 1_000_000;
const ITEMS_IN_THREAD = 20;
const REPETITIONS = 40;
const WARM_UPS = 8;
/** How much longer with a hundred times as many items. */
const GROWTH = 1.5;

interface Measured {
  label: string;
  work(): Promise<unknown>;
}

/**
 * The window of a thread, the marks of a page, the bell and the list of what is new, with 10,000 items in the
 * system and with 1,000,000: they show the same and may not take longer. The last check of all: it fills the
 * database.
 */
export async function checkThreads(stage: Stage): Promise<Check[]> {
  const { db, url } = stage.database;
  const { place, bureauId, variableIds } = await placeOf(stage);
  await fillThread(db, place, ITEMS_IN_THREAD);
  const marks = {
    systemId: place.systemId,
    roundId: place.roundId,
    officeId: null,
    variableIds,
  };
  const measured: Measured[] = [
    ...pagesOf(stage, place),
    { label: 'marks of a certify list', work: () => loadMarks(db, marks) },
    { label: 'the bell', work: () => countNew(db, { systemId: place.systemId, officeId: bureauId }) },
  ];
  await fillOthers(db, place, 1, FEW);
  const before = await timesOf(measured);
  await fillOthers(db, place, FEW + 1, MANY);
  const after = await timesOf(measured);
  const growth = measured.flatMap(({ label }, at) => {
    const [few = Number.NaN, many = Number.NaN] = [before[at], after[at]];
    return [
      checkOf('threads', `${label}, ${MANY.toLocaleString('en')} items`, many, 'ms', null, { few }),
      checkOf('threads', `${label}: ${MANY / FEW} times as many items`, many / few, '×', GROWTH),
    ];
  });
  const scans = [];
  for (const { label, work } of measured.slice(-2)) {
    const plan = await planOf(db, url, work);
    const found = plan.filter(({ kind }) => kind === 'Seq Scan').length;
    scans.push(checkOf('threads', `${label}: scans of whole tables`, found, '', 0, plan));
    const indexes = plan.filter(({ index }) => index?.startsWith('receipts_')).length;
    scans.push(
      checkOf('threads', `${label}: more or less than one index scan`, Math.abs(indexes - 1), '', 0, plan),
    );
  }
  return [...growth, ...scans];
}

/** The variable that is looked at, of the first office; one of its certifiers sees the others' marks of it. */
async function placeOf({ database: { db }, system, seats }: Stage) {
  const roundId = roundOf(system, 'ours');
  const officeId = seats[0]?.officeId ?? '';
  const entry = await db('entries')
    .join('variables', 'variables.id', 'entries.variable_id')
    .where({ round_id: roundId, office_id: officeId })
    .orderBy('entries.id')
    .first('variable_id', 'bureau_id');
  const place: ThreadPlace = { systemId: system.id, roundId, officeId, variableId: entry.variable_id };
  return { place, bureauId: String(entry.bureau_id), variableIds: [place.variableId] };
}

function pagesOf({ servers, system, seats, certifiers }: Stage, place: ThreadPlace): Measured[] {
  const { origin } = servers.ours;
  const page = (label: string, path: string, cookie: string | undefined): Measured => ({
    label,
    async work() {
      const { status } = await send(origin, {
        method: 'GET',
        path: `/${system.code}${path}`,
        cookie: cookie ?? '',
      });
      if (status !== 200) throw new Error(`GET ${path} answered ${status}`);
    },
  });
  const { roundId, officeId, variableId } = place;
  const [office, certifier] = [seats[0]?.ours, certifiers[0]?.ours];
  return [
    page('window of a thread', `/threads/${officeId}/${variableId}`, office),
    page('certify list', `/certify/variables?round=${roundId}&variable=${variableId}`, certifier),
    page('list of what is new', '/news', certifier),
    page('list of what is not registered', '/news/sent', certifier),
  ];
}

/**
 * Milliseconds, one request at a time; what is measured takes turns. The best of many: minutes lie between the two
 * times that are compared, and whatever else the machine does in one of them would count as growth.
 */
async function timesOf(measured: readonly Measured[]): Promise<number[]> {
  const times = measured.map((): number[] => []);
  for (let repetition = -WARM_UPS; repetition < REPETITIONS; repetition += 1) {
    for (const [at, { work }] of measured.entries()) {
      const begin = performance.now();
      await work();
      if (repetition >= 0) times[at]?.push(performance.now() - begin);
    }
  }
  return times.map((some) => Math.min(...some));
}

interface PlanNode {
  kind: string;
  index: string | undefined;
}

/** How PostgreSQL does the one statement that this work sends. */
async function planOf(db: Db, url: string, work: () => Promise<unknown>): Promise<PlanNode[]> {
  const sent: { sql: string; bindings: unknown[] }[] = [];
  const note = (query: { sql: string; bindings: unknown[] }) => void sent.push(query);
  db.on('query', note);
  await work();
  db.removeListener('query', note);
  const [statement] = sent;
  if (statement === undefined || sent.length > 1) throw new Error(`${sent.length} statements instead of one`);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const explain = `explain (format json) ${statement.sql}`;
    const { rows } = await client.query(explain, statement.bindings);
    return nodesOf(rows[0]['QUERY PLAN'][0].Plan);
  } finally {
    await client.end();
  }
}

interface RawPlan {
  'Node Type': string;
  'Index Name'?: string;
  Plans?: RawPlan[];
}

function nodesOf(plan: RawPlan): PlanNode[] {
  const own = { kind: plan['Node Type'], index: plan['Index Name'] };
  return [own, ...(plan.Plans ?? []).flatMap(nodesOf)];
}
