import { type Request, type Response, Router } from 'express';
import type { AppContext } from '../../http/context.ts';
import { signedIn } from '../../http/current-user.ts';
import { setFlash } from '../../http/flash.ts';
import { parsed } from '../../http/input.ts';
import { renderPage } from '../../http/render.ts';
import { allow } from '../../http/rights.ts';
import { receiveFile } from '../../http/upload.ts';
import { AppError, notFound } from '../../lib/errors.ts';
import { MAX_PICTURE_BYTES } from '../avatars/picture.ts';
import { pictureChange } from '../avatars/portrait.ts';
import { LONGEST } from '../forms.ts';
import { hashPassword } from '../password.ts';
import { managedOffice } from '../rules.ts';
import type { Account } from '../types.ts';
import { changeAccount, createAccount, sendResetLink, turnSecondFactorOff } from './actions.ts';
import {
  type AccountForm,
  accountForm,
  accountId,
  accountProblems,
  confirmation,
  newAccountQuery,
} from './forms.ts';
import { accountPage, type FormState, overChanges } from './page.ts';
import { findAccount } from './queries.ts';
import type { AccountOrder } from './types.ts';

/** The form of an account, new or known, and what a manager can do for its owner (R43–R57, R29). */
export function accountRoutes(context: AppContext): Router {
  const { db, config } = context;
  const router = Router({ mergeParams: true });
  const manage = allow('users.manage');
  const withPicture = receiveFile('avatar', MAX_PICTURE_BYTES);

  // other pages below /users have words there
  router.param('id', (_req, _res, next, id: string) =>
    next(accountId.safeParse({ id }).success ? undefined : 'route'),
  );

  router.get('/users/new', manage, async (req, res) => {
    const { user } = signedIn(req);
    const { office } = parsed(newAccountQuery, req.query);
    const own = managedOffice(user) !== null;
    await show(req, res, null, own || office === undefined ? {} : { typed: { status: 'active', office } });
  });

  router.post('/users', manage, withPicture, async (req, res) => {
    const { user } = signedIn(req);
    const form = parsed(accountForm, req.body ?? {});
    const typed = { ...form, office: managedOffice(user) ?? form.office };
    const { order, problems } = await orderOf(req, typed, null);
    if (order === undefined) return show(req, res, null, { typed, problems }, 422);
    const result = await createAccount(context, user, { ...order, username: typed.username });
    if (result.outcome === 'refused') {
      return show(req, res, null, { typed, problems: result.problems }, 422);
    }
    const mailed = form.notify || order.passwordHash === null;
    say(
      req,
      res,
      mailed && order.status === 'active' ? 'users.createdAndMailed' : 'users.created',
      form.name,
    );
    res.redirect(303, `/${req.params.system}/users`);
  });

  router.get('/users/:id', manage, async (req, res) => {
    await show(req, res, await load(req), {});
  });

  router.post('/users/:id', manage, withPicture, async (req, res) => {
    const { user } = signedIn(req);
    const account = await load(req);
    const form = parsed(accountForm, req.body ?? {});
    if (form.version === undefined) throw new AppError('badRequest');
    const { order, problems } = await orderOf(req, form, account);
    if (order === undefined) return show(req, res, account, { typed: form, problems }, 422);
    const result = await changeAccount(context, user, account.id, { ...order, version: form.version });
    if (result.outcome === 'refused') {
      return show(req, res, account, { typed: form, problems: result.problems }, 422);
    }
    if (result.outcome === 'changed') {
      const typed = overChanges(form, result.account);
      return show(req, res, result.account, { typed, changed: true }, 409);
    }
    say(req, res, form.notify && !account.hasPassword ? 'users.savedAndMailed' : 'users.saved', form.name);
    res.redirect(303, `/${req.params.system}/users/${account.id}`);
  });

  router.post('/users/:id/reset', manage, async (req, res) => {
    const { user } = signedIn(req);
    const account = await load(req);
    if (parsed(confirmation, req.body ?? {}).confirmed === undefined) {
      return renderPage(req, res, 'users/confirm', { account, act: 'reset' });
    }
    const { outcome } = await sendResetLink(context, user, account.id);
    say(req, res, outcome === 'sent' ? 'users.linkSent' : 'users.linkUnreachable', account.name);
    res.redirect(303, `/${req.params.system}/users/${account.id}`);
  });

  router.post('/users/:id/second-factor/delete', manage, async (req, res) => {
    const { user } = signedIn(req);
    const account = await load(req);
    if (parsed(confirmation, req.body ?? {}).confirmed === undefined) {
      return renderPage(req, res, 'users/confirm', { account, act: 'secondFactor' });
    }
    await turnSecondFactorOff(context, user, account.id);
    say(req, res, 'users.secondFactorRemoved', account.name);
    res.redirect(303, `/${req.params.system}/users/${account.id}`);
  });

  return router;

  async function load(req: Request): Promise<Account> {
    const { user, system } = signedIn(req);
    const { id } = parsed(accountId, req.params);
    const account = await findAccount(db, { id, systemId: system.id, officeId: managedOffice(user) });
    if (account === undefined) throw notFound();
    return account;
  }

  async function show(req: Request, res: Response, account: Account | null, state: FormState, status = 200) {
    const { user, system } = signedIn(req);
    const page = await accountPage(db, user, account, state);
    await renderPage(
      req,
      res,
      'users/form',
      { ...page, minBytes: system.settings.passwordMinBytes, longest: LONGEST },
      status,
    );
  }

  function say(req: Request, res: Response, key: string, name: string): void {
    const level = key === 'users.linkUnreachable' ? 'warning' : 'success';
    setFlash(req, res, config.sessionSecret, { level, key, values: { name } });
  }

  /**
   * What the form orders; undefined where something is wrong with it. The password is hashed before anything is locked.
   */
  async function orderOf(req: Request, form: AccountForm, account: Account | null) {
    const { user, system } = signedIn(req);
    const known = account === null ? null : { username: account.username, isOwn: account.id === user.id };
    const problems = accountProblems(form, known, system.settings.passwordMinBytes);
    const { change: picture, problem } = await pictureChange({
      file: req.file?.buffer,
      fileProblem: req.fileProblem,
      remove: form.removeAvatar,
    });
    if (problem !== undefined) problems.avatar = problem;
    const role = form.role ?? account?.role;
    const officeId = managedOffice(user) ?? form.office ?? account?.officeId;
    if (Object.keys(problems).length > 0 || role === undefined || officeId === undefined) return { problems };
    const passwordHash = form.password === '' ? null : await hashPassword(form.password, config.bcryptCost);
    const { name, position, phone, email, notify } = form;
    const status = form.status ?? account?.status ?? 'active';
    const order: Omit<AccountOrder, 'username'> = {
      ...{ name, position, phone, email, notify, status },
      ...{ role, officeId, passwordHash, picture },
    };
    return { order, problems };
  }
}
