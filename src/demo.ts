import { type Config, DEMO_PASSWORD } from './config.ts';
import type { Db } from './db/database.ts';
import type { FileStorage } from './storage/types.ts';
import { listSystems } from './systems/queries.ts';
import { replaceSharedPassword } from './users/accounts/actions.ts';
import { hashPassword, passwordMatches } from './users/password.ts';
import { findForSignIn, listSharedHashes } from './users/queries.ts';

/** An account to try, as the start message shows it. */
export interface AccountToTry {
  system: string;
  username: string;
  role: string;
  office: string;
  shows: string;
}

/** Loads the demo into an empty database where the configuration wants it. Returns whether it did. */
export async function loadDemoIfEmpty(
  { db, config, storage }: { db: Db; config: Config; storage: FileStorage },
  log: { info(message: string): void },
  now: Date,
): Promise<boolean> {
  if (!config.demo || (await listSystems(db)).length > 0) return false;
  const { loadDemo } = await import('../seeds/demo/index.ts');
  const passwordHash = await hashPassword(config.demoPassword, config.bcryptCost);
  await loadDemo(db, { passwordHash, now, storage, log });
  return true;
}

/** The demo's password, which everybody knows, opens accounts that others can reach. */
export class DemoExposedError extends Error {
  constructor() {
    super(
      'The accounts of the demonstration in this database still have its public password, and other machines can' +
        ' reach them. Use another database, or start once outside production with DEMO_PASSWORD set: it changes them.',
    );
    this.name = 'DemoExposedError';
  }
}

/**
 * Brings the accounts of a demo that is there already to DEMO_PASSWORD, all that have not chosen one of their own, and
 * signs them out. Where no demo is wanted, throws DemoExposedError if they have the public password and can be reached.
 */
export async function secureDemo(
  { db, config }: { db: Db; config: Config },
  log: { info(message: string): void },
): Promise<void> {
  const hashes = await listSharedHashes(db);
  const have = (password: string) =>
    Promise.all(hashes.map((hash) => passwordMatches(password, hash, config.bcryptCost)));
  if (!config.demo) {
    if (config.reachable && (await have(DEMO_PASSWORD)).includes(true)) throw new DemoExposedError();
    return;
  }
  const first = await findFirstAccount(db);
  if (!hashes.some((hash) => hash === first?.passwordHash)) return;
  const wanted = await have(config.demoPassword);
  const others = hashes.filter((_, at) => wanted[at] !== true);
  for (const hash of others) {
    await replaceSharedPassword(db, hash, await hashPassword(config.demoPassword, config.bcryptCost));
  }
  if (others.length > 0)
    log.info('The accounts of the demonstration have the password of DEMO_PASSWORD now.');
}

/** The demo's accounts, as long as they are there and still have the demo's password; otherwise none. */
export async function accountsToTry(db: Db, config: Config): Promise<readonly AccountToTry[]> {
  if (!config.demo) return [];
  const known = await findFirstAccount(db);
  if (known === undefined) return [];
  const matches = await passwordMatches(config.demoPassword, known.passwordHash, config.bcryptCost);
  if (!matches) return [];
  const { demoAccounts } = await import('../seeds/demo/accounts.ts');
  return demoAccounts();
}

async function findFirstAccount(db: Db): Promise<{ passwordHash: string | null } | undefined> {
  const { demoAccounts } = await import('../seeds/demo/accounts.ts');
  const [first] = demoAccounts();
  const system = (await listSystems(db)).find(({ code }) => code === first?.system);
  if (first === undefined || system === undefined) return undefined;
  return findForSignIn(db, system.id, first.username);
}
