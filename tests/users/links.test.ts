import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  endLinksOf,
  findLink,
  issueToken,
  requestLink,
  requestLinks,
  sendForgotten,
  useLink,
} from '../../src/users/links/actions.ts';
import { countStatements } from '../support/statements.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { WORLD_NOW } from '../support/world.ts';

const SECOND_MS = 1000;
const HOUR_MS = 3600 * SECOND_MS;

let app: TestApp;
let userId: string;
let systemId: string;
beforeAll(async () => {
  app = await startTestApp();
  userId = app.world.users.colleague;
  systemId = app.world.systems.krs;
});
afterAll(() => app?.stop());
beforeEach(async () => {
  await app.db('users').where({ id: userId }).update({ status: 'active', email: 'somjai@example.org' });
});

async function requested(kind: 'activation' | 'reset' = 'reset'): Promise<string> {
  const asked = await app.db.transaction((trx) =>
    requestLink(trx, { user: { id: userId }, kind, createdBy: null }),
  );
  expect(asked).toBe(true);
  return (await app.db('account_links').max('id as id').first())?.id;
}

async function issued(kind: 'activation' | 'reset' = 'reset'): Promise<string> {
  const token = await issueToken(app.db, await requested(kind), WORLD_NOW);
  if (token === undefined) throw new Error('there is no token');
  return token;
}

async function stateOf(token: string, after = 0, system = systemId): Promise<string> {
  return (await findLink(app.db, token, system, new Date(WORLD_NOW.getTime() + after))).state;
}

function use(token: string, passwordHash = 'new') {
  return useLink(app.db, { token, systemId, passwordHash, now: WORLD_NOW });
}

describe('asking for a link', () => {
  it('queues a mail with the id of the link, and no token anywhere', async () => {
    const linkId = await requested('activation');
    const link = await app.db('account_links').where({ id: linkId }).first();
    expect(link).toMatchObject({ kind: 'activation', token_hash: null, expires_at: null, created_by: null });
    const mail = await app.db('mails').orderBy('id', 'desc').first();
    expect(mail).toMatchObject({
      system_id: systemId,
      user_id: userId,
      address: 'somjai@example.org',
      kind: 'activation',
      data: { linkId },
    });
  });

  it('is nothing for who is disabled or has no address', async () => {
    const ask = () =>
      app.db.transaction((trx) => requestLink(trx, { user: { id: userId }, kind: 'reset', createdBy: null }));
    await app.db('users').where({ id: userId }).update({ email: '' });
    expect(await ask()).toBe(false);
    await app.db('users').where({ id: userId }).update({ email: 'x@example.org', status: 'disabled' });
    expect(await ask()).toBe(false);
  });

  it('for an account that was never activated is an activation, whatever was asked for', async () => {
    const { password_hash } = await app.db('users').where({ id: userId }).first();
    await app.db('users').where({ id: userId }).update({ password_hash: null });
    await sendForgotten(app.db, { systemId, account: 'somjai@example.org' });
    const link = await app.db('account_links').orderBy('id', 'desc').first();
    expect(link).toMatchObject({ user_id: userId, kind: 'activation' });
    expect(await app.db('mails').orderBy('id', 'desc').first()).toMatchObject({ kind: 'activation' });
    await app.db('users').where({ id: userId }).update({ password_hash });
  });

  it('of many people is four statements', async () => {
    await app.db('users').update({ email: 'all@example.org' });
    const users: { id: string }[] = await app.db('users').where({ status: 'active' }).select('id');
    let ids: string[] = [];
    const statements = await countStatements(app.db, async () => {
      ids = await app.db.transaction((trx) =>
        requestLinks(trx, { users, kind: 'activation', createdBy: app.world.users.kpiOffice }),
      );
    });
    expect(ids.length).toBe(users.length);
    // with begin and commit
    expect(statements).toBeLessThanOrEqual(6);
    const waiting = await app.db('account_links').whereNull('ended_at').whereNull('used_at');
    expect(new Set(waiting.map((link) => link.user_id)).size).toBe(waiting.length);
  });
});

describe('a link', () => {
  it('is stored as a hash, and differs every time', async () => {
    const linkId = await requested();
    const first = await issueToken(app.db, linkId, WORLD_NOW);
    const second = await issueToken(app.db, linkId, WORLD_NOW);
    expect(first).toMatch(/^[\w-]{43}$/);
    expect(second).not.toBe(first);
    expect(await stateOf(first ?? '')).toBe('unknown');
    expect(await stateOf(second ?? '')).toBe('valid');
    const { token_hash } = await app.db('account_links').where({ id: linkId }).first();
    expect(token_hash).toHaveLength(32);
    expect(JSON.stringify(await app.db('mails').select('*'))).not.toContain(second);
  });

  it.each([
    ['reset', HOUR_MS],
    ['activation', 72 * HOUR_MS],
  ] as const)('to %s ends in the very second', async (kind, life) => {
    const token = await issued(kind);
    expect(await stateOf(token, life - SECOND_MS)).toBe('valid');
    expect(await stateOf(token, life)).toBe('expired');
  });

  it('works once, sets the password, ends the others and every session, and is noted', async () => {
    const token = await issued();
    await app.db('sessions').insert([
      { sid: 'whole', sess: { passport: { user: userId } }, expire: '2999-01-01' },
      { sid: 'half', sess: { halfway: { userId } }, expire: '2999-01-01' },
      { sid: 'of another', sess: { passport: { user: '0' } }, expire: '2999-01-01' },
    ]);
    expect(await use(token, 'the hash')).toEqual({ state: 'valid' });
    expect((await app.db('users').where({ id: userId }).first()).password_hash).toBe('the hash');
    expect(await app.db('sessions').pluck('sid')).toEqual(['of another']);
    expect(await app.db('user_events').orderBy('id', 'desc').first()).toMatchObject({
      user_id: userId,
      by_user_id: userId,
      kind: 'passwordSet',
      details: { kind: 'reset' },
    });
    expect(await stateOf(token)).toBe('used');
    expect(await use(token, 'once more')).toEqual({ state: 'used' });
    expect((await app.db('users').where({ id: userId }).first()).password_hash).toBe('the hash');
  });

  it('is used by one of two at the same moment', async () => {
    const token = await issued();
    const states = (await Promise.all([use(token, 'a'), use(token, 'b'), use(token, 'c')])).map(
      ({ state }) => state,
    );
    expect(states.sort()).toEqual(['used', 'used', 'valid']);
  });

  it('is ended by a newer one, before that one is sent', async () => {
    const older = await issued('activation');
    await requested('reset');
    expect(await stateOf(older)).toBe('ended');
    expect((await use(older)).state).toBe('ended');
  });

  it('of another system opens nothing', async () => {
    const token = await issued();
    expect(await stateOf(token, 0, app.world.systems.ars)).toBe('foreign');
    expect(await stateOf(token)).toBe('valid');
  });

  it('of a disabled account does not work, nor is it sent', async () => {
    const linkId = await requested();
    const token = (await issueToken(app.db, linkId, WORLD_NOW)) ?? '';
    expect(await stateOf(token)).toBe('valid');
    await app.db('users').where({ id: userId }).update({ status: 'disabled' });
    expect(await stateOf(token)).toBe('ended');
    expect((await use(token)).state).toBe('ended');
    expect(await issueToken(app.db, linkId, WORLD_NOW)).toBeUndefined();
  });

  it('that was ended is not issued any more', async () => {
    const linkId = await requested();
    await app.db.transaction((trx) => endLinksOf(trx, [userId]));
    expect(await issueToken(app.db, linkId, WORLD_NOW)).toBeUndefined();
  });

  it('that nobody was sent is unknown', async () => {
    expect(await stateOf('')).toBe('unknown');
    expect(await stateOf('x'.repeat(10_000))).toBe('unknown');
  });
});
