import { describe, expect, it } from 'vitest';
import { signIn, startTestApp } from '../support/test-app.ts';
import { PEOPLE } from '../support/world.ts';

describe('a failure that nobody expected', () => {
  const SECRETS = /relation|select |node_modules|\/src\/|\.ts|at \w+ \(|pg|knex|postgres|stack/i;

  it.each([
    ['in tests', {}],
    [
      'in production',
      {
        NODE_ENV: 'production',
        PUBLIC_URL: 'http://localhost:3000',
        SESSION_SECRET: 'a secret of more than thirty-two characters',
        BCRYPT_COST: '12',
      },
    ],
  ])('tells a reference and nothing about itself, %s', async (_where, env) => {
    const broken = await startTestApp({ env });
    try {
      const agent = await signIn(broken, 'krs', PEOPLE.owner);
      await broken.db.raw('alter table entries rename to entries_gone');
      for (const headers of [
        {},
        { 'HX-Request': 'true' },
        { Accept: 'application/json' },
        { Accept: 'text/plain' },
      ]) {
        const answer = await agent.get('/krs/entry').set(headers);
        expect(answer.status).toBe(500);
        const seen = answer.text.replace(/<head>[\s\S]*<\/head>|<script[^>]*>|(href|src)="[^"]*"/g, '');
        expect(seen).not.toMatch(SECRETS);
        expect(JSON.stringify(answer.headers)).not.toMatch(/relation|node_modules/);
        if (answer.type === 'text/html') expect(answer.text).toMatch(/<code>[0-9a-f]{8}<\/code>/);
      }
      await agent.post('/krs/entry').type('form').send({ value_1: '1', base_1: '1:' }).expect(500);
      await agent.get('/krs/nothing').expect(404);
    } finally {
      await broken.stop();
    }
  });
});
