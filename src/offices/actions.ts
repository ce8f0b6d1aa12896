import type { Db } from '../db/database.ts';
import { AppError } from '../lib/errors.ts';
import type { NewSystem } from '../systems/known.ts';
import { insertSystems, listSystems } from '../systems/queries.ts';
import { joinSystem, listParticipants } from './queries.ts';

/** Whose offices take part in a new system: those of every system, or of the one with this code. */
export type Participants = { like: string } | 'all';

/**
 * Sets up a further system with the settings that they have by default, and lets offices take part in it; how many.
 * It has nobody yet: its first account is made by create-admin. Throws `conflict` where there is one of this code,
 * `notFound` where there are no offices to take part, or no system to copy them from.
 */
export async function createSystem(db: Db, system: NewSystem, participants: Participants): Promise<number> {
  return db.transaction(async (trx) => {
    const systems = await listSystems(trx);
    if (systems.some(({ code }) => code === system.code)) throw new AppError('conflict');
    const like = participants === 'all' ? undefined : systems.find(({ code }) => code === participants.like);
    if (participants !== 'all' && like === undefined) throw new AppError('notFound');
    const officeIds = await listParticipants(trx, like?.id ?? null);
    if (officeIds.length === 0) throw new AppError('notFound');
    await insertSystems(trx, [system]);
    const created = (await listSystems(trx)).find(({ code }) => code === system.code);
    if (created === undefined) throw new AppError('conflict');
    await joinSystem(trx, created.id, officeIds);
    return officeIds.length;
  });
}
