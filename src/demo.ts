import type { Config } from './config.ts';
import type { Db } from './db/database.ts';
import type { FileStorage } from './storage/types.ts';
import { listSystems } from './systems/queries.ts';
import { hashPassword, passwordMatches } from './users/password.ts';
import { findForSignIn } from './users/queries.ts';

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

/** The demo's accounts, as long as they are there and still have the demo's password; otherwise none. */
export async function accountsToTry(db: Db, config: Config): Promise<readonly AccountToTry[]> {
  if (!config.demo) return [];
  const { demoAccounts } = await import('../seeds/demo/accounts.ts');
  const accounts = demoAccounts();
  const [first] = accounts;
  const system = (await listSystems(db)).find(({ code }) => code === first?.system);
  if (first === undefined || system === undefined) return [];
  const known = await findForSignIn(db, system.id, first.username);
  const matches = await passwordMatches(config.demoPassword, known?.passwordHash, config.bcryptCost);
  return matches ? accounts : [];
}
