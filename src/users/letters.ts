import type { Knex } from 'knex';
import { queueMail } from '../notifications/actions.ts';
import type { Account } from './types.ts';

type Told = 'email' | 'emailRemoved' | 'password';

/**
 * Mails the owner what became of the account, to the address that it had before: who took an account over cannot
 * keep it quiet by changing the address first. Without an address nobody is told.
 */
export async function tellOwner(
  trx: Knex.Transaction,
  before: Pick<Account, 'id' | 'systemId' | 'email' | 'status'>,
  after: { email: string; newPassword: boolean },
): Promise<void> {
  const what: Told[] = [];
  if (after.email !== before.email) what.push(after.email === '' ? 'emailRemoved' : 'email');
  if (after.newPassword) what.push('password');
  if (what.length === 0 || before.email === '' || before.status === 'disabled') return;
  await queueMail(trx, {
    systemId: before.systemId,
    userId: before.id,
    address: before.email,
    kind: 'accountChanged',
    data: { what, email: after.email },
  });
}
