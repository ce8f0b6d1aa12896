import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from '../../src/config.ts';

const PRODUCTION = {
  NODE_ENV: 'production',
  SESSION_SECRET: 'a secret of this very deployment, long',
  PUBLIC_URL: 'https://kpi.example.org/',
};

describe('the configuration', () => {
  it('needs nothing while developing', () => {
    const config = readConfig({});
    expect(config).toMatchObject({ port: 3000, host: '127.0.0.1', demo: true, databaseUrl: undefined });
    expect(config.publicUrl).toBe('http://localhost:3000');
    expect(config.secureCookies).toBe(false);
  });

  it('takes an empty variable for none', () => {
    expect(readConfig({ PORT: '', DATABASE_URL: '' })).toMatchObject({ port: 3000, databaseUrl: undefined });
  });

  it('has no demo and secure cookies in production', () => {
    const config = readConfig(PRODUCTION);
    expect(config).toMatchObject({ production: true, demo: false, secureCookies: true });
    expect(config.publicUrl).toBe('https://kpi.example.org');
  });

  it('names every wrong variable at once', () => {
    expect(problemsOf({ PORT: 'http', BCRYPT_COST: '99', DATABASE_URL: 'mysql://x' })).toMatch(
      /PORT: .*\n {2}DATABASE_URL: .*\n {2}BCRYPT_COST: /,
    );
  });

  it.each([
    [{ SESSION_SECRET: '' }, 'SESSION_SECRET'],
    [{ SESSION_SECRET: 'short' }, 'SESSION_SECRET'],
    [{ PUBLIC_URL: '' }, 'PUBLIC_URL'],
    [{ BCRYPT_COST: '10' }, 'BCRYPT_COST'],
    [{ DEMO: 'true' }, 'DEMO'],
  ])('refuses %j in production', (change, name) => {
    expect(problemsOf({ ...PRODUCTION, ...change })).toContain(name);
  });

  it('wants a password of its own for a demo that others can reach', () => {
    expect(problemsOf({ HOST: '0.0.0.0' })).toContain('DEMO_PASSWORD');
    expect(readConfig({ HOST: '0.0.0.0', DEMO_PASSWORD: 'not the known one' }).demo).toBe(true);
    expect(readConfig({ HOST: '0.0.0.0', DEMO: 'false' }).demo).toBe(false);
  });
});

function problemsOf(env: Record<string, string>): string {
  try {
    readConfig(env);
    return '';
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
}
