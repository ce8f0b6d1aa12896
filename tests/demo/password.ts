import bcrypt from 'bcrypt';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { DemoExposedError, secureDemo } from '../../src/demo.ts';
import type { LoadedDemo } from './demo-database.ts';
import { PASSWORD_HASH } from './demo-database.ts';

const PUBLIC = 'krs-demo-2562';
const OWN = 'chosen by one of them';
const CHOSEN = 'not the public one';
const PRODUCTION = { NODE_ENV: 'production', SESSION_SECRET: 's'.repeat(40), PUBLIC_URL: 'http://127.0.0.1' };

export function passwordOfTheDemo(demo: () => LoadedDemo): void {
  describe('the public password of a demo that is there already', () => {
    const set = (hash: string) => demo().db('users').update({ password_hash: hash });
    beforeEach(async () => {
      await set(await bcrypt.hash(PUBLIC, 4));
      const { id } = await demo().db('users').where({ username: '22507b' }).orderBy('id').first('id');
      const own = { password_hash: await bcrypt.hash(OWN, 4) };
      await demo().db('users').where({ id }).update(own);
    });
    afterAll(async () => {
      await set(PASSWORD_HASH);
      await demo().db('sessions').del();
    });

    const secure = (env: Record<string, string>) =>
      secureDemo({ db: demo().db, config: readConfig({ BCRYPT_COST: '4', ...env }) }, { info() {} });
    const hashOf = async (username: string): Promise<string> =>
      (await demo().db('users').where({ username }).orderBy('id').first('password_hash')).password_hash;

    it('becomes that of DEMO_PASSWORD, but for those who chose their own, and everybody is signed out', async () => {
      const { id } = await demo().db('users').where({ username: 'psdg' }).first('id');
      const sess = { cookie: {}, passport: { user: id } };
      await demo()
        .db('sessions')
        .insert({ sid: 'a', sess, expire: new Date('2030-01-01') });
      await secure({ DEMO_PASSWORD: CHOSEN });
      expect(await bcrypt.compare(CHOSEN, await hashOf('psdg'))).toBe(true);
      expect(await bcrypt.compare(CHOSEN, await hashOf('b09'))).toBe(true);
      expect(await bcrypt.compare(OWN, await hashOf('22507b'))).toBe(true);
      expect(await demo().db('sessions')).toEqual([]);
    });

    it('stays where nothing else is wanted', async () => {
      const before = await hashOf('psdg');
      await secure({});
      await secure({ DEMO: 'false' });
      expect(await hashOf('psdg')).toBe(before);
    });

    it.each([
      ['on an address that others reach', { DEMO: 'false', HOST: '0.0.0.0' }],
      [
        'in production behind a proxy',
        { ...PRODUCTION, BCRYPT_COST: '12', PUBLIC_URL: 'http://kpi.example.org' },
      ],
      ['in production on such an address', { ...PRODUCTION, BCRYPT_COST: '12', HOST: '0.0.0.0' }],
    ])('is refused %s, until it is another one', async (_, env) => {
      await expect(secure(env)).rejects.toThrow(DemoExposedError);
      await secure({ DEMO_PASSWORD: CHOSEN });
      await secure(env);
    });

    it('is not refused where only this machine can reach it', async () => {
      await secure({ ...PRODUCTION, BCRYPT_COST: '12' });
    });
  });
}
