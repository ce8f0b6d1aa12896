import { expect } from 'vitest';
import { publishDraft } from '../../src/cycle/revisions/actions.ts';
import type { PublishOutcome } from '../../src/cycle/revisions/types.ts';
import { saveEntries } from '../../src/entries/actions.ts';
import { changeDraft, createDraft } from '../../src/framework/drafts/actions.ts';
import { findPart, subIndicatorsOf } from '../../src/framework/drafts/parts.ts';
import { findDraft } from '../../src/framework/drafts/queries.ts';
import type { DraftDocument, DraftSubIndicator, DraftVariable } from '../../src/framework/drafts/types.ts';
import type { CurrentUser } from '../../src/http/current-user.ts';
import { verifyScores } from '../../src/scores/verification/actions.ts';
import { listAllRounds } from '../../src/scores/verification/queries.ts';
import type { TestApp } from '../support/test-app.ts';
import type { WorldOffice } from '../support/world.ts';

export type Publisher = ReturnType<typeof publisherOf>;

/** Publishes the world's year 2562 in the name of the KPI office, without pages and tasks. */
export function publisherOf({ db, clock, world }: TestApp) {
  const context = { db, clock: clock.now };
  const by = { id: world.users.kpiOffice, systemId: world.systems.krs };

  /** Makes a draft of what is published and changes it. */
  async function prepare(change: (draft: DraftDocument) => void): Promise<void> {
    await createDraft(context, by, { system: 'krs', fiscalYear: 2562 });
    await changeDraft(context, by, { fiscalYear: 2562, event: 'edit' }, (document) => {
      const copy = structuredClone(document);
      change(copy);
      return copy;
    });
  }

  /** Publishes the draft that is there. */
  async function publishAgain(
    order: { version?: number; reason?: string } = {},
    within?: () => Promise<void>,
  ): Promise<PublishOutcome> {
    const version = (await findDraft(db, by.systemId, 2562))?.version ?? 0;
    const whole = { systemId: by.systemId, fiscalYear: 2562, userId: by.id, version, reason: '', ...order };
    return publishDraft(context, whole, () => {}, within);
  }

  /** Both. */
  async function publish(change: (draft: DraftDocument) => void, reason = ''): Promise<PublishOutcome> {
    await prepare(change);
    return publishAgain({ reason });
  }

  /** What is published, as a draft. */
  async function newest(): Promise<DraftDocument> {
    await createDraft(context, by, { system: 'krs', fiscalYear: 2562 });
    const draft = await findDraft(db, by.systemId, 2562);
    await db('framework_drafts').delete();
    if (draft === undefined) throw new Error('no draft');
    return draft.document;
  }

  return { by, prepare, publishAgain, publish, newest };
}

/** The sub-indicator with this code. */
export function sub(draft: DraftDocument, code: string): DraftSubIndicator {
  const found = subIndicatorsOf(draft).find(({ part }) => part.code === code);
  if (found === undefined) throw new Error(`no ${code}`);
  return found.part;
}

/** A variable of the world by its code there. */
export function variable({ world }: TestApp, draft: DraftDocument, code: string): DraftVariable {
  const key = world.variable(code.startsWith('2.1') ? '2.1/1.' : code);
  return findPart(draft, 'variable', key)?.part as DraftVariable;
}

/** Somebody of the office reports 1 in the open round. */
export async function save(
  { db, clock, world }: TestApp,
  who: 'owner' | 'outsider' | 'secondary',
  office: WorldOffice,
  variable: string,
) {
  const id = await world.entry('open', office, variable);
  const { version } = await db('entries').where({ id }).first('version');
  const user = await db('users').where({ id: world.users[who] }).first();
  const { type } = await db('offices').where({ id: user.office_id }).first('type');
  const ids = { systemId: world.systems.krs, officeId: user.office_id, officeType: type };
  const person = { ...user, ...ids } as CurrentUser;
  const typed = new Map([[id, { text: '1', baseVersion: version, baseValue: null }]]);
  const form = { typed, keepTheirs: null, resubmit: null } as never;
  return saveEntries({ db, clock: clock.now } as never, person, world.rounds.open, form);
}

/** Every stored score is what computing it anew gives. */
export async function expectScoresToFit({ db }: TestApp): Promise<void> {
  for (const round of await listAllRounds(db)) {
    expect((await verifyScores(db, round)).differences).toEqual([]);
  }
}

/** The newest revision of the world's year. */
export async function newestRevision({ db }: TestApp): Promise<number> {
  return (await db('frameworks').where({ fiscal_year: 2562 }).first('revision')).revision;
}

/** Which revision its rounds are pinned to, by kind. */
export async function roundsNow({ db }: TestApp): Promise<Record<string, number>> {
  const rows = await db('rounds').where({ fiscal_year: 2562 }).select('kind', 'revision');
  return Object.fromEntries(rows.map(({ kind, revision }) => [kind, revision]));
}
