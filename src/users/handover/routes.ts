import { type Request, type Response, Router } from 'express';
import type { AppContext } from '../../http/context.ts';
import { signedIn } from '../../http/current-user.ts';
import { setFlash } from '../../http/flash.ts';
import { LONGEST_REASON } from '../../http/input.ts';
import { renderPage } from '../../http/render.ts';
import { allow } from '../../http/rights.ts';
import { AppError } from '../../lib/errors.ts';
import { LONGEST } from '../forms.ts';
import { findTaken } from '../import/queries.ts';
import { isAdmin, isUsername } from '../rules.ts';
import { findOffice, handOver } from './actions.ts';
import { type HandoverForm, handoverForm, handoverQuery, readHandover } from './forms.ts';
import { listHandoverOffices, listPeople, listRunningFrameworks } from './queries.ts';
import { handoverRoles, isNewcomer, partiesOf } from './rules.ts';
import type { HandoverOrder, HandoverProblems, MoveAssignments } from './types.ts';

/**
 * Handing a district or bureau over from one admin to another, for the KPI office. Assignments belong to a domain
 * that knows this one, so the program hands in how they move.
 */
export function handoverRoutes(context: AppContext, moveAssignments: MoveAssignments): Router {
  const router = Router({ mergeParams: true });
  const { config } = context;
  const mayHandOver = allow('users.handOver');

  router.get('/users/handover', mayHandOver, async (req, res) => {
    const { office } = handoverQuery.parse({ office: req.query.office });
    await showForm(context, req, res, { officeId: office });
  });

  router.post('/users/handover', mayHandOver, async (req, res) => {
    const { user, system } = signedIn(req);
    const parsed = handoverForm.safeParse({ ...req.body });
    if (!parsed.success) throw new AppError('badRequest');
    const form = parsed.data;
    const read = readHandover(form);
    const state = { officeId: form.office, form };
    if (form.back) return showForm(context, req, res, state);
    if (read.problems !== undefined) {
      const asksNew = form.incoming === 'new' && isUsername(form.username);
      const isTaken = asksNew && (await findTaken(context.db, system.id, [form.username])).size > 0;
      const problems = { ...read.problems, ...(isTaken ? { username: 'taken' as const } : {}) };
      return showForm(context, req, res, { ...state, problems }, 422);
    }
    if (!form.confirmed) return askFirst(context, req, res, form, read.order);
    const result = await handOver(context, moveAssignments, user, read.order);
    if (result.outcome === 'refused')
      return showForm(context, req, res, { ...state, problems: result.problems }, 422);
    if (result.outcome === 'changed') return showForm(context, req, res, { ...state, changed: true }, 409);
    const { incomingName: name, mailed } = result;
    setFlash(req, res, config.sessionSecret, {
      level: 'success',
      key: mailed ? 'handover.doneAndMailed' : 'handover.done',
      values: { name },
    });
    res.redirect(303, `/${system.code}/users?office=${form.office}`);
  });

  return router;
}

/** The page that says exactly what will happen; everything is looked at again when it is sent. */
async function askFirst(
  context: AppContext,
  req: Request,
  res: Response,
  form: HandoverForm,
  order: HandoverOrder,
): Promise<void> {
  const { db } = context;
  const { system } = signedIn(req);
  const office = await findOffice(db, system.id, order.officeId);
  const people = await peopleOf(context, system.id, office.id);
  const parties = partiesOf(order, people);
  const state = { officeId: office.id, form };
  if ('outcome' in parties) return showForm(context, req, res, { ...state, changed: true }, 409);
  const { from, to } = parties;
  if (isNewcomer(to) && (await findTaken(db, system.id, [to.username])).size > 0) {
    return showForm(context, req, res, { ...state, problems: { username: 'taken' } }, 422);
  }
  await renderPage(req, res, 'users/handover/confirm', {
    office,
    from,
    to,
    isNew: isNewcomer(to),
    order,
    roles: handoverRoles(office.kind),
    fields: fieldsOf(form),
  });
}

interface FormState {
  officeId: string | undefined;
  form?: HandoverForm;
  problems?: HandoverProblems;
  /** One of the accounts was changed by somebody else meanwhile. */
  changed?: boolean;
}

async function showForm(
  context: AppContext,
  req: Request,
  res: Response,
  { officeId, form, problems = {}, changed = false }: FormState,
  status = 200,
): Promise<void> {
  const { system } = signedIn(req);
  const { db } = context;
  const offices = await listHandoverOffices(db, system.id);
  const office = officeId === undefined ? null : await findOffice(db, system.id, officeId);
  const people = office === null ? [] : await peopleOf(context, system.id, office.id);
  const data = {
    offices,
    office,
    people,
    admins: people.filter(({ role }) => isAdmin(role)),
    roles: office === null ? null : handoverRoles(office.kind),
    typed: form ?? null,
    chosen: { outgoing: form?.outgoing?.split(':')[0], incoming: form?.incoming?.split(':')[0] },
    problems,
    changed,
    longest: { ...LONGEST, reason: LONGEST_REASON },
  };
  await renderPage(req, res, 'users/handover/form', data, status);
}

async function peopleOf({ db, clock }: AppContext, systemId: string, officeId: string) {
  const frameworkIds = await listRunningFrameworks(db, systemId, clock());
  return listPeople(db, { systemId, officeId, frameworkIds });
}

function fieldsOf(form: HandoverForm): [string, string][] {
  const { confirmed: _, back: __, assignments, ...texts } = form;
  const fields = Object.entries(texts).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return assignments ? [...fields, ['assignments', '1']] : fields;
}
