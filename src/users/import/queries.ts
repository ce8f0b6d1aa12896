import type { Queryable } from '../../db/database.ts';
import type { ImportedAccount, ImportOffice, StoredImport } from './types.ts';

const OFFICES = `
  select o.id, o.kind, o.code, o.name, o.short_name as "shortName",
         array(select u.username from users u
                where u.system_id = so.system_id and u.office_id = o.id
                  and u.role in ('district_admin', 'bureau_admin', 'kpi_office')) as "adminUsernames"
    from system_offices so join offices o on o.id = so.office_id
   where so.system_id = ?
   order by o.kind desc, o.list_order, o.id`;

/** The offices of a system with everything that a file may call them. */
export async function listImportOffices(db: Queryable, systemId: string): Promise<ImportOffice[]> {
  const { rows } = await db.raw<{ rows: ImportOffice[] }>(OFFICES, [systemId]);
  return rows;
}

const TAKEN = `
  select lower(username) as username from users
   where system_id = :systemId and lower(username) = any(:usernames::text[])`;

/** Those of these usernames that the system has already, in small letters. */
export async function findTaken(
  db: Queryable,
  systemId: string,
  usernames: readonly string[],
): Promise<Set<string>> {
  const { rows } = await db.raw<{ rows: { username: string }[] }>(TAKEN, {
    systemId,
    usernames: usernames.map((name) => name.toLowerCase()),
  });
  return new Set(rows.map(({ username }) => username));
}

// in one order, so that of two imports with the same usernames one waits for the other
const INSERT_ACCOUNTS = `
  insert into users (system_id, office_id, username, name, position, phone, email, role)
  select :systemId, a.*
    from unnest(:officeIds::bigint[], :usernames::text[], :names::text[], :positions::text[], :phones::text[],
                :emails::text[], :roles::text[]) as a (office_id, username, name, position, phone, email, role)
   order by lower(a.username)
  on conflict (system_id, lower(username)) do nothing
  returning id, username`;

/** Creates accounts without a password; those whose username the system has already are left out. */
export async function insertAccounts(
  db: Queryable,
  systemId: string,
  accounts: readonly Omit<ImportedAccount, 'line'>[],
): Promise<{ id: string; username: string }[]> {
  const { rows } = await db.raw<{ rows: { id: string; username: string }[] }>(INSERT_ACCOUNTS, {
    systemId,
    officeIds: accounts.map(({ officeId }) => officeId),
    usernames: accounts.map(({ username }) => username),
    names: accounts.map(({ name }) => name),
    positions: accounts.map(({ position }) => position),
    phones: accounts.map(({ phone }) => phone),
    emails: accounts.map(({ email }) => email),
    roles: accounts.map(({ role }) => role),
  });
  return rows;
}

/** Whose import, in which system. */
export interface ImportOwner {
  systemId: string;
  userId: string;
}

const INSERT_IMPORT = `
  with old as (
    delete from user_imports where created_at < :now::timestamptz - interval '1 day'
  )
  insert into user_imports (system_id, by_user_id, file_name, sends_links, rows, created_at)
  values (:systemId, :userId, :fileName, :sendsLinks, :accounts, :now) returning id`;

/** Keeps a checked file until it is confirmed; what lay for more than a day goes. Returns its id. */
export async function insertImport(
  db: Queryable,
  owner: ImportOwner,
  file: { fileName: string; sendsLinks: boolean; accounts: readonly ImportedAccount[]; now: Date },
): Promise<string> {
  const { rows } = await db.raw<{ rows: [{ id: string }] }>(INSERT_IMPORT, {
    ...owner,
    ...file,
    accounts: JSON.stringify(file.accounts),
  });
  return rows[0].id;
}

/** A checked file of this person. */
export async function findImport(
  db: Queryable,
  owner: ImportOwner,
  id: string,
): Promise<StoredImport | undefined> {
  return importRow(db, owner, id);
}

/** The same, locked: a confirmation that is sent twice is done once. */
export async function lockImport(
  db: Queryable,
  owner: ImportOwner,
  id: string,
): Promise<StoredImport | undefined> {
  return importRow(db, owner, id).forUpdate();
}

function importRow(db: Queryable, { systemId, userId }: ImportOwner, id: string) {
  return db('user_imports').where({ id, system_id: systemId, by_user_id: userId }).first('id', {
    fileName: 'file_name',
    sendsLinks: 'sends_links',
    accounts: 'rows',
    appliedAt: 'applied_at',
  });
}

/** The accounts are there: their rows are needed no longer. */
export async function finishImport(db: Queryable, id: string, now: Date): Promise<void> {
  await db('user_imports').where({ id }).update({ applied_at: now, rows: '[]' });
}
