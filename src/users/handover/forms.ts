import { z } from 'zod';
import { box, id, LONGEST_REASON, line, optional } from '../../http/input.ts';
import { personFields, personProblems } from '../forms.ts';
import { isUsername } from '../rules.ts';
import type { HandoverOrder, HandoverProblems, NewcomerFields, SeenPerson } from './types.ts';

const seen = z.string().regex(/^\d{1,18}:\d{1,9}$/);

/** For which office the page opens. */
export const handoverQuery = z.object({ office: optional(id).catch(undefined) });

/** The form of a handover; people are named as `<id>:<version>`. */
export const handoverForm = z.strictObject({
  office: id,
  outgoing: seen.optional(),
  incoming: z.union([seen, z.literal('new')]).optional(),
  username: line,
  ...personFields,
  assignments: box,
  aftermath: z.enum(['disabled', 'lowered']).default('disabled'),
  reason: line,
  confirmed: box,
  /** From the question back to the form. */
  back: box,
});
export type HandoverForm = z.infer<typeof handoverForm>;

/** The order that was typed, or what is missing or wrong in it. */
export function readHandover(
  form: HandoverForm,
): { order: HandoverOrder; problems?: undefined } | { problems: HandoverProblems } {
  const problems: HandoverProblems = {
    ...(form.incoming === 'new' ? newcomerProblems(form) : {}),
    ...(form.outgoing === undefined ? { outgoing: 'outgoingMissing' } : {}),
    ...(form.incoming === undefined ? { incoming: 'incomingMissing' } : {}),
    ...(form.reason === '' ? { reason: 'reasonMissing' } : {}),
    ...(form.reason.length > LONGEST_REASON ? { reason: 'tooLong' } : {}),
  };
  const outgoing = personOf(form.outgoing);
  const incoming = form.incoming === 'new' ? newcomerOf(form) : personOf(form.incoming);
  if (outgoing !== undefined && incoming !== undefined && 'id' in incoming && outgoing.id === incoming.id) {
    problems.incoming = 'samePerson';
  }
  if (Object.keys(problems).length > 0 || outgoing === undefined || incoming === undefined)
    return { problems };
  const { office: officeId, assignments: movesAssignments, aftermath, reason } = form;
  return { order: { officeId, outgoing, incoming, movesAssignments, aftermath, reason } };
}

/** A newcomer sets the password through a mailed link, so an address is needed. */
function newcomerProblems(form: HandoverForm): HandoverProblems {
  const { username, email } = form;
  return {
    ...(email === '' ? { email: 'emailForLink' } : {}),
    ...personProblems(form),
    ...(isUsername(username) ? {} : { username: username === '' ? 'usernameMissing' : 'usernameShape' }),
  };
}

function newcomerOf({ username, name, position, phone, email }: HandoverForm): NewcomerFields {
  return { username, name, position, phone, email };
}

function personOf(text: string | undefined): SeenPerson | undefined {
  const [id, version] = (text ?? '').split(':');
  return id === undefined || version === undefined ? undefined : { id, version: Number(version) };
}
