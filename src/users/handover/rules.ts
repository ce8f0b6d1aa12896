import type { OfficeKind, Role } from '../../http/current-user.ts';
import { isAdmin, rolesOf } from '../rules.ts';
import type { HandoverOrder, HandoverResult, NewcomerFields, OfficePerson, SeenPerson } from './types.ts';

/** The role that manages an office of this kind, and the one that is left without it. */
export function handoverRoles(kind: OfficeKind): { admin: Role; lowered: Role } {
  const [admin, lowered] = rolesOf(kind);
  if (admin === undefined || lowered === undefined) throw new Error(`A ${kind} is not handed over`);
  return { admin, lowered };
}

/** Whether who takes over has no account yet: what was typed of a person, not somebody of the office. */
export function isNewcomer(incoming: { id: string } | NewcomerFields): incoming is NewcomerFields {
  return !('id' in incoming);
}

/**
 * Finds the people of an order among the active people of the office as they are now. `changed` where somebody is
 * not there any more, is no admin any more, or is another version than the page showed.
 */
export function partiesOf(
  { outgoing, incoming }: Pick<HandoverOrder, 'outgoing' | 'incoming'>,
  people: readonly OfficePerson[],
):
  | { from: OfficePerson; to: OfficePerson | NewcomerFields }
  | Extract<HandoverResult, { outcome: 'changed' }> {
  const find = ({ id, version }: SeenPerson) =>
    people.find((person) => person.id === id && person.version === version);
  const from = find(outgoing);
  const to = isNewcomer(incoming) ? incoming : find(incoming);
  if (from === undefined || to === undefined || !isAdmin(from.role)) return { outcome: 'changed' };
  return { from, to };
}
