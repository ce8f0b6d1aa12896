import type { Db } from '../db/database.ts';
import { AppError } from '../lib/errors.ts';
import { joinSystem, listBureaus, listOffices, storeOffices } from '../offices/queries.ts';
import type { NewOffice } from '../offices/types.ts';
import { KNOWN_SYSTEMS } from '../systems/known.ts';
import { insertSystems, listSystems } from '../systems/queries.ts';
import { insertUserEvents } from './events/queries.ts';
import { findForSignIn, insertUser, updateCertifyKeys, updateLocale } from './queries.ts';

/** From now on this person's pages are in this language, on every machine. */
export async function chooseLanguage(db: Db, userId: string, locale: 'th' | 'en'): Promise<void> {
  await updateLocale(db, userId, locale);
}

export interface FirstAdmin {
  systemCode: string;
  username: string;
  passwordHash: string;
  name: string;
}

/**
 * Creates an account of the KPI office, who creates all others. An empty database is installed on the way:
 * the systems, and these offices taking part in each of them.
 * Throws `notFound` for a system that does not exist, `conflict` for a username that does.
 */
export async function createAdmin(db: Db, admin: FirstAdmin, offices: readonly NewOffice[]): Promise<void> {
  await db.transaction(async (trx) => {
    if ((await listSystems(trx)).length === 0) {
      await insertSystems(trx, KNOWN_SYSTEMS);
      await storeOffices(trx, offices);
      const officeIds = (await listOffices(trx)).map((office) => office.id);
      for (const { id } of await listSystems(trx)) await joinSystem(trx, id, officeIds);
    }
    const system = (await listSystems(trx)).find(({ code }) => code === admin.systemCode);
    const bureaus = system === undefined ? [] : await listBureaus(trx, system.id);
    const kpiOffice = bureaus.find(({ kind }) => kind === 'kpi_office');
    if (system === undefined || kpiOffice === undefined) throw new AppError('notFound');
    if ((await findForSignIn(trx, system.id, admin.username)) !== undefined) throw new AppError('conflict');
    const { username, passwordHash, name } = admin;
    const role = 'kpi_office';
    const id = await insertUser(trx, {
      systemId: system.id,
      officeId: kpiOffice.id,
      username,
      passwordHash,
      name,
      role,
    });
    await insertUserEvents(trx, [{ userId: id, byUserId: null, kind: 'created' }], new Date());
  });
}

/** Whether single keys decide on the certifier's lists, for this person on every machine. */
export async function chooseCertifyKeys(db: Db, userId: string, on: boolean): Promise<void> {
  await updateCertifyKeys(db, userId, on);
}
