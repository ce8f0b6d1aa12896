import type { TestApp } from '../support/test-app.ts';
import type { Person, WorldOffice, WorldRound } from '../support/world.ts';

/** An item to be, in the world; everything else has a default. */
export interface NewItem {
  sender?: Person;
  /** Whose thread: of krabi where none is named; several: sent to many. */
  offices?: readonly WorldOffice[];
  variable?: string;
  kind?: 'comment' | 'rejection' | 'permit';
  text?: string;
  round?: WorldRound;
  deadline?: Date | null;
  sentAt?: Date;
}

const OFFICE_PEOPLE: readonly Person[] = ['owner', 'colleague', 'idle', 'outsider', 'secondary'];

/** Stores an item with its new receipts, as sending does; its id. */
export async function send(app: TestApp, item: NewItem = {}): Promise<string> {
  const {
    sender = 'certifier',
    offices = ['krabi'],
    variable = '1/a',
    kind = 'comment',
    round = 'open',
  } = item;
  const { db, world, clock } = app;
  const variableId = world.variable(variable);
  const { bureau_id: bureauId } = await db('variables').where({ id: variableId }).first('bureau_id');
  const { office_id: senderOfficeId } = await db('users')
    .where({ id: world.users[sender] })
    .first('office_id');
  const isOffice = OFFICE_PEOPLE.includes(sender);
  const [office] = offices;
  const [{ id }] = await db('thread_items').insert(
    {
      system_id: world.systems.krs,
      variable_id: variableId,
      office_id: offices.length === 1 && office !== undefined ? world.offices[office] : null,
      round_id: world.rounds[round],
      kind,
      text: item.text ?? 'โปรดตรวจสอบ',
      sender_id: world.users[sender],
      side: isOffice ? 'office' : 'bureau',
      sender_office_id: senderOfficeId,
      on_behalf_of: !isOffice && senderOfficeId !== bureauId ? bureauId : null,
      sent_at: item.sentAt ?? clock.now(),
      deadline: item.deadline ?? null,
    },
    ['id'],
  );
  for (const one of offices) {
    const officeId = world.offices[one];
    await db('receipts').insert({
      item_id: id,
      system_id: world.systems.krs,
      receiver_id: isOffice ? bureauId : officeId,
      office_id: officeId,
      variable_id: variableId,
      sending_office_id: isOffice ? officeId : bureauId,
    });
  }
  return id;
}

/** Empties all threads. */
export async function forget({ db }: TestApp): Promise<void> {
  await db.raw('truncate receipts, thread_items');
}
