import type { Transaction } from '../db/database.ts';
import type { Role } from '../http/current-user.ts';
import { queueMail, queueMails } from '../notifications/actions.ts';
import type { Account, UserStatus } from './types.ts';

type Told = 'email' | 'emailRemoved' | 'password' | 'disabled' | 'enabled' | 'role';

/** What became of an account; of role and status only where a manager could change them. */
export interface AccountOutcome {
  email: string;
  newPassword: boolean;
  role?: Role;
  status?: UserStatus;
  /** The name of the manager who did it. */
  by?: string;
}

/**
 * Mails the owner what became of the account, to the address that it had before: who took an account over cannot
 * keep it quiet by changing the address first. Of other rights the new address is told where there was none. A
 * disabled account is told that it is disabled, and then nothing until it is enabled.
 */
export async function tellOwner(
  trx: Transaction,
  before: Pick<Account, 'id' | 'systemId' | 'email' | 'status' | 'role'>,
  after: AccountOutcome,
): Promise<void> {
  const { role = before.role, status = before.status } = after;
  const rights: Told[] = [];
  if (status !== before.status) rights.push(status === 'disabled' ? 'disabled' : 'enabled');
  if (role !== before.role) rights.push('role');
  const what = [...rights];
  if (after.email !== before.email) what.push(after.email === '' ? 'emailRemoved' : 'email');
  if (after.newPassword) what.push('password');
  const address = before.email === '' && rights.length > 0 ? after.email : before.email;
  const staysDisabled = before.status === 'disabled' && status === 'disabled';
  if (what.length === 0 || address === '' || staysDisabled) return;
  const manager: Record<string, string> = rights.length > 0 ? { role, by: after.by ?? '' } : {};
  await queueMail(trx, {
    systemId: before.systemId,
    userId: before.id,
    address,
    kind: 'accountChanged',
    data: { what, email: after.email, ...manager },
  });
}

/** One of the two people of a handover, as it is afterwards. */
export interface HandoverParty {
  id: string;
  name: string;
  email: string;
  role: Role;
  /** What else became of the account. */
  change: 'disabled' | 'role' | null;
}

/** Mails both people of a handover who handed what over to whom, and what became of the own account. */
export async function tellHandover(
  trx: Transaction,
  { systemId, office, by }: { systemId: string; office: string; by: string },
  from: HandoverParty,
  to: HandoverParty,
): Promise<void> {
  const reachable = [from, to].filter(({ email }) => email !== '');
  await queueMails(
    trx,
    reachable.map(({ id, email, role, change }) => ({
      systemId,
      userId: id,
      address: email,
      kind: 'accountChanged' as const,
      data: {
        what: change === null ? ['handedOver'] : ['handedOver', change],
        ...{ by, role, managed: office, from: from.name, to: to.name },
      },
    })),
  );
}
