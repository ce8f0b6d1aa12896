import { z } from 'zod';
import { id } from '../../http/input.ts';
import type { ScoreForm, TypedScore } from './types.ts';

const MAX_TYPED = 200;

/**
 * The boxes of an office's list: per sub-indicator `audit_<id>` as typed and `auditSeen_<id>` = `<version>:<score>`
 * of what the page showed; `withdraw` = the one whose score is taken back. Fields of other names are the list's.
 */
export const scoreForm = z.record(z.string(), z.unknown()).transform((fields, context): ScoreForm => {
  const form: ScoreForm = { typed: new Map(), withdraw: null, confirmed: fields.confirmed === '1' };
  const refuse = (name: string) => context.addIssue({ code: 'custom', message: 'unreadable', path: [name] });
  for (const [name, seen] of Object.entries(fields)) {
    const nodeId = /^auditSeen_(\d{1,18})$/.exec(name)?.[1];
    if (nodeId === undefined) continue;
    const typed = readTyped(fields[`audit_${nodeId}`], seen);
    if (typed === undefined) refuse(name);
    else form.typed.set(nodeId, typed);
  }
  for (const name of Object.keys(fields)) {
    if (name.startsWith('audit_') && !form.typed.has(name.slice('audit_'.length))) refuse(name);
  }
  if (fields.withdraw !== undefined) {
    const asked = id.safeParse(fields.withdraw);
    if (asked.success && form.typed.has(asked.data)) form.withdraw = asked.data;
    else refuse('withdraw');
  }
  return form;
});

function readTyped(text: unknown, seen: unknown): TypedScore | undefined {
  const match = /^(\d{1,9}):([1-5]\.\d{4})?$/.exec(typeof seen === 'string' ? seen : '');
  if (match === null) return undefined;
  const [, seenVersion, seenScore = null] = match;
  const shown = { seenVersion: Number(seenVersion), seenScore };
  // a score without a box: AUDIT is not open any more
  if (text === undefined) return { text: seenScore ?? '', ...shown };
  return typeof text === 'string' && text.length <= MAX_TYPED ? { text, ...shown } : undefined;
}
