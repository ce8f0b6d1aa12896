import type { Db, Queryable, Transaction } from '../../db/database.ts';
import { AppError, notFound } from '../../lib/errors.ts';
import { insertUserEvents } from '../events/queries.ts';
import { requestLinks } from '../links/actions.ts';
import { checkRows, type Known, recheck } from './check.ts';
import { readColumns, typedRow } from './columns.ts';
import {
  findImport,
  findTaken,
  finishImport,
  type ImportOwner,
  insertAccounts,
  insertImport,
  listImportOffices,
  lockImport,
} from './queries.ts';
import { readFile } from './read.ts';
import type {
  ColumnProblem,
  FileProblem,
  ImportedAccount,
  ImportOffice,
  ImportResult,
  RowProblem,
  StoredImport,
} from './types.ts';

export interface UploadedFile {
  name: string;
  bytes: Buffer;
  sendsLinks: boolean;
}

export type CheckResult =
  | { outcome: 'checked'; id: string }
  | { outcome: 'file'; problem: FileProblem }
  | { outcome: 'columns'; problems: ColumnProblem[] }
  | { outcome: 'rows'; problems: RowProblem[]; accounts: ImportedAccount[]; offices: ImportOffice[] };

/**
 * Reads and checks a file of new accounts. Without a problem it is kept for `applyImport`; otherwise every problem
 * is told and nothing is kept.
 */
export async function checkFile(
  db: Db,
  owner: ImportOwner,
  { name, bytes, sendsLinks }: UploadedFile,
  now: Date,
): Promise<CheckResult> {
  const file = await readFile(bytes);
  if ('kind' in file) return { outcome: 'file', problem: file };
  const { columns, problems: columnProblems } = readColumns(file.headings);
  if (columnProblems.length > 0) return { outcome: 'columns', problems: columnProblems };
  const rows = file.rows.map((line) => typedRow(columns, line));
  const known = await loadKnown(db, owner.systemId, rows, sendsLinks);
  const { accounts, problems } = checkRows(rows, known);
  if (problems.length > 0) return { outcome: 'rows', problems, accounts, offices: [...known.offices] };
  return {
    outcome: 'checked',
    id: await insertImport(db, owner, { fileName: name, sendsLinks, accounts, now }),
  };
}

export interface PendingImport {
  stored: StoredImport;
  offices: readonly ImportOffice[];
  problems: RowProblem[];
}

/** A checked file as it would be applied now. Throws notFound. */
export async function loadImport(db: Db, owner: ImportOwner, id: string): Promise<PendingImport> {
  const stored = await findImport(db, owner, id);
  if (stored === undefined) throw notFound();
  const { accounts, sendsLinks } = stored;
  const known = await loadKnown(db, owner.systemId, accounts, sendsLinks);
  return { stored, offices: known.offices, problems: recheck(accounts, known) };
}

/**
 * Creates the accounts of a checked file, all or none, in one transaction and a constant number of statements;
 * links to set a password are mailed where that was chosen (R46–R53). Throws notFound.
 */
export async function applyImport(db: Db, owner: ImportOwner, id: string, now: Date): Promise<ImportResult> {
  try {
    return await db.transaction(async (trx) => {
      const stored = await lockImport(trx, owner, id);
      if (stored === undefined) throw notFound();
      if (stored.appliedAt !== null) return { outcome: 'already' };
      const known = await loadKnown(trx, owner.systemId, stored.accounts, stored.sendsLinks);
      const problems = recheck(stored.accounts, known);
      if (problems.length > 0) return { outcome: 'refused', problems };
      return create(trx, owner, stored, known.offices, now);
    });
  } catch (error) {
    // somebody else's accounts with these usernames were committed between our look and our insert
    if (!(error instanceof AppError) || error.code !== 'conflict') throw error;
    return { outcome: 'refused', problems: (await loadImport(db, owner, id)).problems };
  }
}

async function create(
  trx: Transaction,
  { systemId, userId: byUserId }: ImportOwner,
  { id, accounts, sendsLinks, fileName }: StoredImport,
  offices: readonly ImportOffice[],
  now: Date,
): Promise<ImportResult> {
  const created = await insertAccounts(trx, systemId, accounts);
  if (created.length !== accounts.length) throw new AppError('conflict');
  const officeOf = new Map(offices.map((office) => [office.id, office.name]));
  const accountOf = new Map(accounts.map((account) => [account.username, account]));
  await insertUserEvents(
    trx,
    created.map(({ id: userId, username }) => ({
      userId,
      byUserId,
      kind: 'created' as const,
      details: createdDetails(accountOf.get(username), officeOf, fileName),
    })),
    now,
  );
  const mailed = sendsLinks
    ? await requestLinks(trx, { users: created, kind: 'activation', createdBy: byUserId })
    : [];
  await insertUserEvents(
    trx,
    mailed.map((userId) => ({
      userId,
      byUserId,
      kind: 'linkRequested' as const,
      details: { kind: 'activation' },
    })),
    now,
  );
  await finishImport(trx, id, now);
  return { outcome: 'created', created: created.length, mailed: mailed.length };
}

/** What a new account's history says of its beginning: every field that is not empty. */
function createdDetails(
  account: ImportedAccount | undefined,
  officeOf: ReadonlyMap<string, string>,
  fileName: string,
): Record<string, [null, string]> {
  if (account === undefined) return {};
  const { username, name, position, phone, email, role, officeId } = account;
  const officeName = officeOf.get(officeId) ?? '';
  const fields = { username, name, position, phone, email, role, officeName, file: fileName };
  return Object.fromEntries(
    Object.entries(fields).flatMap(([field, value]): [string, [null, string]][] =>
      value === '' ? [] : [[field, [null, value]]],
    ),
  );
}

async function loadKnown(
  db: Queryable,
  systemId: string,
  rows: readonly { username: string }[],
  sendsLinks: boolean,
): Promise<Known> {
  return {
    offices: await listImportOffices(db, systemId),
    taken: await findTaken(
      db,
      systemId,
      rows.map(({ username }) => username),
    ),
    sendsLinks,
  };
}
