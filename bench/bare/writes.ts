import type { Request, RequestHandler, Response } from 'express';
import type pg from 'pg';
import type { BareSession } from './order.ts';

/*
 * The least that any correct implementation of these changes must do, in the same tables: know who asks (one
 * statement; the session holds everything about the person), and in one transaction change the rows that were
 * seen, write their history and store their scores. No value is checked, nothing is computed: the scores are made
 * up so that every row really changes.
 */

const SESSION = 'select sess from sessions where sid = $1 and expire >= to_timestamp($2)';

const LOCK = 'select 1 from round_offices where round_id = $1 and office_id = $2 for update';

const UPDATE = `
  update entries e
     set value = c.value, status = 'pending', reason = null, version = e.version + 1, reported_by = $4, reported_at = now()
    from unnest($1::bigint[], $2::int[], $3::numeric[]) as c (id, version, value)
   where e.id = c.id and e.version = c.version`;

const HISTORY = `
  insert into entry_events (entry_id, kind, user_id, value_before, value_after, status_before, status_after)
  select c.id, 'save', $4, c.before, c.after, 'pending', 'pending'
    from unnest($1::bigint[], $2::numeric[], $3::numeric[]) as c (id, before, after)`;

const NODES = 'select node_id from scores where round_id = $1 and office_id = $2 order by node_id';

const SCORES = `
  insert into scores as s (round_id, office_id, node_id, self_assessed, certified, reason)
  select $1, $2, c.node_id, c.score, 1, 'pending' from unnest($3::bigint[], $4::numeric[]) as c (node_id, score)
  on conflict (round_id, office_id, node_id) do update
     set self_assessed = excluded.self_assessed, certified = excluded.certified, reason = excluded.reason`;

/**
 * Saves a form: as many entries, history rows and scores as values changed, and where all of them did, all
 * scores of the office.
 */
export function saveForm(pool: pg.Pool): RequestHandler {
  const nodesOf = nodesInMemory(pool);
  return async (req, res) => {
    const session = await readSession(pool, req);
    const nodes = await nodesOf(session);
    const { changes, fields } = changedValues(req.body);
    const scored = changes.length === fields ? nodes : nodes.slice(0, changes.length);
    await inTransaction(pool, async (client) => {
      await client.query(LOCK, [session.roundId, session.officeId]);
      const ids = changes.map(({ id }) => id);
      const after = changes.map((change) => change.after);
      const versions = changes.map(({ version }) => version);
      const { rowCount } = await client.query(UPDATE, [ids, versions, after, session.userId]);
      if (rowCount !== changes.length) throw new Error('somebody else saved meanwhile');
      await client.query(HISTORY, [ids, changes.map(({ before }) => before), after, session.userId]);
      await client.query(SCORES, [session.roundId, session.officeId, scored, scored.map(madeUpScore)]);
    });
    answer(res, '/save');
  };
}

const CERTIFY = `
  update entries set status = 'certified', version = version + 1, decided_by = $3, decided_at = now()
   where id = $1 and version = $2 and status = 'pending' returning office_id, value`;

const CERTIFY_HISTORY = `
  insert into entry_events (entry_id, kind, user_id, value_before, value_after, status_before, status_after)
  values ($1, 'certify', $2, $3, $3, 'pending', 'certified')`;

/** Certifies one entry and stores one score of its office. */
export function certifyOne(pool: pg.Pool): RequestHandler {
  const nodesOf = nodesInMemory(pool);
  return async (req, res) => {
    const session = await readSession(pool, req);
    const { id } = req.params;
    await inTransaction(pool, async (client) => {
      const { rows } = await client.query(CERTIFY, [id, req.body.version, session.userId]);
      const [entry] = rows;
      await client.query(CERTIFY_HISTORY, [id, session.userId, entry.value]);
      const scored = (await nodesOf({ ...session, officeId: entry.office_id })).slice(0, 1);
      await client.query(SCORES, [session.roundId, entry.office_id, scored, scored.map(madeUpScore)]);
    });
    answer(res, '/certify');
  };
}

async function readSession(pool: pg.Pool, req: Request): Promise<BareSession> {
  const sid = /(?:^|; )sid=([^;]+)/.exec(req.headers.cookie ?? '')?.[1];
  const { rows } = await pool.query<{ sess: BareSession }>(SESSION, [sid, Date.now() / 1000]);
  const [row] = rows;
  if (row === undefined) throw new Error('no session');
  return row.sess;
}

async function inTransaction(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<void>): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await work(client);
    await client.query('commit');
  } finally {
    client.release();
  }
}

/** The framework is in memory on both sides; here that is the ids of the nodes that an office has scores of. */
function nodesInMemory(pool: pg.Pool): (of: BareSession) => Promise<string[]> {
  const known = new Map<string, string[]>();
  return async ({ roundId, officeId }) => {
    let nodes = known.get(officeId);
    if (nodes === undefined) {
      const { rows } = await pool.query<{ node_id: string }>(NODES, [roundId, officeId]);
      nodes = rows.map((row) => row.node_id);
      known.set(officeId, nodes);
    }
    return nodes;
  };
}

interface Change {
  id: string;
  version: string;
  before: string;
  after: string;
}

/** The values that differ from what the form showed; the form is that of the entry page. */
function changedValues(body: Record<string, string>): { changes: Change[]; fields: number } {
  const changes: Change[] = [];
  let fields = 0;
  for (const name in body) {
    if (!name.startsWith('value_')) continue;
    fields += 1;
    const id = name.slice('value_'.length);
    const after = body[name] ?? '';
    const [version = '', before = ''] = (body[`base_${id}`] ?? '').split(':');
    if (before !== after) changes.push({ id, version, before, after });
  }
  return { changes, fields };
}

let scoresMade = 0;

/** A score from 1 to 5 that differs from the one before. */
function madeUpScore(): string {
  scoresMade = (scoresMade + 1) % 40_000;
  return (1 + scoresMade / 10_000).toFixed(4);
}

function answer(res: Response, location: string): void {
  res.redirect(303, location);
}
