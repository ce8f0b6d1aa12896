import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from '../../src/config.ts';
import { configuredServer } from '../support/embedded-for-tests.ts';

const PRODUCTION = {
  NODE_ENV: 'production',
  SESSION_SECRET: 'a secret of this very deployment, long',
  PUBLIC_URL: 'https://kpi.example.org/',
  TRUST_PROXY: 'loopback',
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
    [{ TRUST_PROXY: '' }, 'TRUST_PROXY'],
    [{ BCRYPT_COST: '10' }, 'BCRYPT_COST'],
    [{ DEMO: 'true' }, 'DEMO'],
  ])('refuses %j in production', (change, name) => {
    expect(problemsOf({ ...PRODUCTION, ...change })).toContain(name);
  });

  it('leads the tests to the database with the TLS of the application', () => {
    const url = 'postgresql://kpi@db.example.org/kpi';
    // any file will do: nobody connects
    const caFile = fileURLToPath(import.meta.url);
    const ca = readFileSync(caFile, 'utf8');
    const expected = { off: false, require: { rejectUnauthorized: false }, verify: { ca } };
    for (const [mode, ssl] of Object.entries(expected)) {
      const env = { DATABASE_URL: url, DATABASE_SSL: mode, DATABASE_CA_FILE: caFile };
      const connectionString = configuredServer(env);
      expect(new pg.Client({ connectionString, ssl: false })).toMatchObject({ ssl, host: 'db.example.org' });
    }
    expect(configuredServer({ DATABASE_URL: '', DATABASE_SSL: 'require' })).toBeUndefined();
  });

  it('takes a scanner by its address, and none is one, too', () => {
    expect(readConfig({ CLAMD_URL: 'tcp://[::1]:3310' }).clamdUrl).toBe('tcp://[::1]:3310');
    expect(readConfig({ CLAMD_URL: '' }).clamdUrl).toBeUndefined();
    expect(problemsOf({ CLAMD_URL: 'http://127.0.0.1:3310' })).toContain('CLAMD_URL');
    expect(problemsOf({ CLAMD_URL: '127.0.0.1:3310' })).toContain('CLAMD_URL');
  });

  it('takes a number, addresses, networks or names for trusted proxies, but not everybody', () => {
    expect(readConfig({ TRUST_PROXY: '1' }).trustProxy).toBe(1);
    const list = 'loopback, 10.0.0.0/8, 2001:db8::/32,192.0.2.1';
    expect(readConfig({ TRUST_PROXY: list }).trustProxy).toBe(list);
    for (const wrong of ['true', 'proxy.example.org', '10.0.0.0/x', '1.2.3', '10.0.0.0/8/8']) {
      expect(problemsOf({ TRUST_PROXY: wrong })).toContain('TRUST_PROXY');
    }
  });

  it('sends mail from its own host, or from whom it is told', () => {
    expect(readConfig({}).mailFrom).toEqual({ address: 'no-reply@localhost' });
    expect(readConfig({ PUBLIC_URL: 'http://192.0.2.7:3000' }).mailFrom.address).toBe('no-reply@localhost');
    expect(readConfig(PRODUCTION).mailFrom).toEqual({ address: 'no-reply@kpi.example.org' });
    expect(readConfig({ MAIL_FROM: 'กพร. <kpi@example.org>' }).mailFrom).toEqual({
      name: 'กพร.',
      address: 'kpi@example.org',
    });
    for (const wrong of [
      'nobody',
      'a@example.org, b@example.org',
      'A\r\nBcc: b@example.org <a@example.org>',
    ]) {
      expect(problemsOf({ MAIL_FROM: wrong })).toContain('MAIL_FROM');
    }
  });

  it('wants a password of its own for a demo that others can reach', () => {
    expect(problemsOf({ HOST: '0.0.0.0' })).toContain('DEMO_PASSWORD');
    expect(readConfig({ HOST: '0.0.0.0', DEMO_PASSWORD: 'not the known one' }).demo).toBe(true);
    expect(readConfig({ HOST: '0.0.0.0', DEMO: 'false' }).demo).toBe(false);
  });
});

describe('.env.example', () => {
  it('explains every variable, and can be used as it is', () => {
    const source = readFileSync(new URL('../../src/config.ts', import.meta.url), 'utf8');
    const example = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8');
    const known = [...source.matchAll(/^ {2}([A-Z][A-Z_]+): /gm)].map(([, name]) => name);
    const explained = [...example.matchAll(/^#([A-Z_]+)=(.*)$/gm)];
    expect(explained.map(([, name]) => name).sort()).toEqual(known.sort());
    const values = Object.fromEntries(explained.map(([, name, value]) => [name, value]));
    expect(readConfig({ ...values, DATABASE_URL: '' })).toEqual(readConfig({}));
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
