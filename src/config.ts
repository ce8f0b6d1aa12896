import { existsSync } from 'node:fs';
import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { projectRoot } from './lib/paths.ts';

const DEVELOPMENT_SECRET = 'development-only-secret-change-me-please';
/** What everybody can read in the README. */
export const DEMO_PASSWORD = 'krs-demo-2562';
const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

const flag = z.enum(['true', 'false', '1', '0']).transform((text) => text === 'true' || text === '1');

const environment = z.object({
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
  PORT: z.coerce.number().int().min(0).max(65535).default(3000),
  HOST: z.string().min(1).default('127.0.0.1'),
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  TRUST_PROXY: z
    .string()
    .refine(isTrustProxy, 'a number of proxies, addresses, networks or loopback')
    .optional(),
  DATA_DIR: z.string().min(1).default('data'),
  UPLOADS_DIR: z.string().min(1).default('uploads'),
  CLAMD_URL: z.url({ protocol: /^tcp$/ }).optional(),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  DATABASE_SSL: z.enum(['off', 'require', 'verify']).default('off'),
  DATABASE_CA_FILE: z.string().min(1).optional(),
  DATABASE_POOL_SIZE: z.coerce.number().int().min(2).max(200).default(10),
  SESSION_SECRET: z.string().min(32, 'needs at least 32 characters').default(DEVELOPMENT_SECRET),
  BCRYPT_COST: z.coerce.number().int().min(4).max(16).default(12),
  SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  MAIL_FROM: z
    .string()
    .refine((text) => sender(text) !== undefined, 'an address, or Name <address>')
    .optional(),
  DEMO: flag.optional(),
  DEMO_PASSWORD: z.string().min(8).default(DEMO_PASSWORD),
  ADMIN_PASSWORD: z.string().optional(),
  LOG_LEVEL: z.enum(['silent', 'error', 'warn', 'info', 'debug']).default('info'),
  npm_lifecycle_event: z.string().optional(),
});

export type Config = ReturnType<typeof readConfig>;

/** Takes the variables of `.env` in the project's folder, where there is one; those that are set already win. */
export function readEnvFile(): void {
  const file = join(projectRoot, '.env');
  if (existsSync(file)) process.loadEnvFile(file);
}

/**
 * Reads and checks the configuration; the only reader of process.env in the program.
 * Throws a ConfigError that names every wrong variable at once.
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env) {
  const filled = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = environment.safeParse(filled);
  if (!parsed.success) {
    throw new ConfigError(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`));
  }
  const raw = parsed.data;
  const production = raw.NODE_ENV === 'production';
  const publicUrl = (
    raw.PUBLIC_URL ?? `http://${raw.HOST === '127.0.0.1' ? 'localhost' : raw.HOST}:${raw.PORT}`
  ).replace(/\/$/, '');
  const demo = raw.DEMO ?? !production;
  const problems = [
    ...(production ? productionProblems(raw) : []),
    ...(isHttps(raw) && raw.TRUST_PROXY === undefined
      ? [
          'TRUST_PROXY: which proxy ends HTTPS for PUBLIC_URL? Without it browsers get no cookie to sign in with',
        ]
      : []),
    ...(demo && !production && !LOOPBACK.has(raw.HOST) && raw.DEMO_PASSWORD === DEMO_PASSWORD
      ? ['DEMO_PASSWORD: choose one of your own when HOST is reachable from other machines']
      : []),
  ];
  if (problems.length > 0) throw new ConfigError(problems);

  return {
    production,
    test: raw.NODE_ENV === 'test',
    port: raw.PORT,
    host: raw.HOST,
    publicUrl,
    secureCookies: isHttps(raw),
    trustProxy: /^\d+$/.test(raw.TRUST_PROXY ?? '') ? Number(raw.TRUST_PROXY) : (raw.TRUST_PROXY ?? false),
    dataDir: resolve(projectRoot, raw.DATA_DIR),
    uploadsDir: resolve(projectRoot, raw.UPLOADS_DIR),
    /** The virus scanner; without it every file is taken for clean. */
    clamdUrl: raw.CLAMD_URL,
    databaseUrl: raw.DATABASE_URL,
    databaseSsl: raw.DATABASE_SSL,
    databaseCaFile: raw.DATABASE_CA_FILE,
    databasePoolSize: raw.DATABASE_POOL_SIZE,
    sessionSecret: raw.SESSION_SECRET,
    bcryptCost: raw.BCRYPT_COST,
    smtpUrl: raw.SMTP_URL,
    /** Without a name, mails bear that of the system they are about. */
    mailFrom: sender(raw.MAIL_FROM ?? `no-reply@${mailDomain(publicUrl)}`) ?? {
      address: 'no-reply@localhost',
    },
    demo,
    demoPassword: raw.DEMO_PASSWORD,
    /** From other machines, by itself or through a proxy. */
    reachable: !LOOPBACK.has(raw.HOST) || (production && !LOOPBACK.has(new URL(publicUrl).hostname)),
    /** For `create-admin` where nobody can type. */
    adminPassword: raw.ADMIN_PASSWORD,
    logLevel: raw.LOG_LEVEL,
    /** By a script of package.json, such as `npm start`. */
    startedByNpm: raw.npm_lifecycle_event !== undefined,
  };
}

/** The configuration cannot be used; the message names each wrong variable. */
export class ConfigError extends Error {
  constructor(problems: string[]) {
    super(`The configuration is not usable:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

/** What express understands; "trust everybody" is none of it: anybody could then name any address. */
function isTrustProxy(text: string): boolean {
  if (/^\d+$/.test(text)) return true;
  return text.split(/\s*,\s*/).every((part) => {
    const [address = '', prefix, ...rest] = part.split('/');
    if (['loopback', 'linklocal', 'uniquelocal'].includes(part)) return true;
    return isIP(address) !== 0 && rest.length === 0 && (prefix === undefined || /^\d{1,3}$/.test(prefix));
  });
}

/** The program itself speaks HTTP only: with an https address a proxy stands in front. */
function isHttps({ PUBLIC_URL }: z.infer<typeof environment>): boolean {
  return PUBLIC_URL !== undefined && new URL(PUBLIC_URL).protocol === 'https:';
}

/** `a@b` or `Name <a@b>`, on one line; otherwise undefined. */
function sender(text: string): { name?: string; address: string } | undefined {
  const [, name = '', bracketed, plain] =
    /^(?:"?([^"<>]*?)"?\s*<([^<>\s@]+@[^<>\s@]+)>|([^<>\s@]+@[^<>\s@]+))$/.exec(text.trim()) ?? [];
  const address = bracketed ?? plain;
  if (address === undefined || /[\p{Cc}]/u.test(name)) return undefined;
  return name === '' ? { address } : { name, address };
}

/** The host that people know the application by; an IP address is no domain for mail. */
function mailDomain(publicUrl: string): string {
  const { hostname } = new URL(publicUrl);
  return isIP(hostname.replace(/^\[|\]$/g, '')) === 0 ? hostname : 'localhost';
}

function productionProblems(raw: z.infer<typeof environment>): string[] {
  return [
    ...(raw.SESSION_SECRET === DEVELOPMENT_SECRET ? ['SESSION_SECRET: must be set in production'] : []),
    ...(raw.PUBLIC_URL === undefined ? ['PUBLIC_URL: must be set in production'] : []),
    ...(raw.BCRYPT_COST < 12 ? ['BCRYPT_COST: at least 12 in production'] : []),
    ...(raw.DEMO === true ? ['DEMO: no demo data in production'] : []),
  ];
}
