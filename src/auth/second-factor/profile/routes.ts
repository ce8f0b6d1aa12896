import { type Request, type Response, Router } from 'express';
import QRCode from 'qrcode';
import type { AppContext } from '../../../http/context.ts';
import { signedIn } from '../../../http/current-user.ts';
import { setFlash } from '../../../http/flash.ts';
import { saveSession } from '../../../http/open-session.ts';
import { localeOf, renderPage } from '../../../http/render.ts';
import { allow } from '../../../http/rights.ts';
import { translator } from '../../../i18n/index.ts';
import { AppError } from '../../../lib/errors.ts';
import { makeRecoveryCodes, removeOwnFactor, setUpFactor } from '../../../users/second-factor/actions.ts';
import { appAddress, newSecret } from '../../../users/second-factor/codes.ts';
import { findFactor } from '../../../users/second-factor/queries.ts';
import { FEW_CODES, inGroups, looksLikeRecoveryCode } from '../../../users/second-factor/rules.ts';
import { decryptSecret, encryptSecret } from '../../../users/second-factor/secret.ts';
import { homeOf } from '../../routes.ts';
import type { SlowDown } from '../../slow-down.ts';
import { checkProof } from '../actions.ts';
import { codeForm, proofForm } from '../forms.ts';
import { keepCodes, keptCodes, markShown } from './kept-codes.ts';

const PAGE = '/profile/second-factor';
const CODES = `${PAGE}/recovery-codes`;

/** Setting up the own second factor, new recovery codes for it, and doing without it again. */
export function ownFactorRoutes(context: AppContext, slowDown: SlowDown): Router {
  const { db, clock } = context;
  const router = Router({ mergeParams: true });
  const visit = (req: Request, res: Response): Visit => ({ context, slowDown, req, res });

  router.get(PAGE, allow('profile.edit'), (req, res) => {
    // whoever goes on from the page of the codes has kept them
    delete req.session.newCodes;
    return show(visit(req, res), {});
  });

  router.post(PAGE, allow('profile.edit'), (req, res) => confirmNewFactor(visit(req, res)));

  router.post(CODES, allow('profile.edit'), async (req, res) => {
    if (!(await isProved(visit(req, res), 'codes'))) return;
    const codes = await makeRecoveryCodes(db, signedIn(req).user.id, clock());
    await keepAndShow(visit(req, res), codes, false);
  });

  router.get(CODES, allow('profile.edit'), (req, res) => showCodes(visit(req, res)));

  router.get(`${CODES}.txt`, allow('profile.edit'), (req, res) => sendCodes(visit(req, res)));

  router.post(`${PAGE}/delete`, allow('profile.edit'), async (req, res) => {
    if (!(await isProved(visit(req, res), 'remove'))) return;
    delete req.session.newCodes;
    await removeOwnFactor(db, signedIn(req).user.id, clock());
    setFlash(req, res, context.config.sessionSecret, { level: 'success', key: 'auth.secondFactor.removed' });
    res.redirect(303, homeOf(req) + PAGE);
  });

  return router;
}

async function confirmNewFactor(visit: Visit): Promise<void> {
  const { context, req } = visit;
  const { user } = signedIn(req);
  const { sessionSecret } = context.config;
  const { pendingSecret = '' } = req.session;
  const secret = decryptSecret(pendingSecret, user.id, sessionSecret);
  if (user.hasSecondFactor || secret === undefined) throw new AppError('conflict');
  const form = codeForm.safeParse(req.body ?? {});
  const typed = form.success ? form.data.code : '';
  const now = context.clock();
  const codes = await setUpFactor(context.db, { userId: user.id, secret, typed, sessionSecret, now });
  if (codes === undefined) {
    const problem = translator(localeOf(req))('auth.secondFactor.codeWrong');
    return show(visit, { form: 'setUp', problem }, 422);
  }
  delete req.session.pendingSecret;
  user.hasSecondFactor = true;
  await keepAndShow(visit, codes, true);
}

async function showCodes(visit: Visit): Promise<void> {
  const { req, res } = visit;
  const kept = keptCodes(req.session, keepingOf(visit));
  const isFirst = kept?.shown === false;
  if (isFirst) markShown(req.session);
  const codes = isFirst ? kept.codes.map(inGroups) : [];
  const data = { codes, isNew: isFirst && kept.isNew, isKept: kept !== undefined };
  await renderPage(req, res, 'auth/recovery-codes', data);
}

function sendCodes(visit: Visit): void {
  const { req, res } = visit;
  const { user, system } = signedIn(req);
  const kept = keptCodes(req.session, keepingOf(visit));
  if (kept === undefined) {
    res.redirect(303, homeOf(req) + CODES);
    return;
  }
  const t = translator(localeOf(req));
  const head = `${system.brand} – ${t('auth.secondFactor.codesTitle')}\n${user.name} (${user.username})`;
  const lines = kept.codes.map((code, index) => `${index + 1}. ${inGroups(code)}`);
  const text = [head, t('auth.secondFactor.codesFile'), lines.join('\n')].join('\n\n');
  res.set('Cache-Control', 'private, no-store');
  res.set('Content-Disposition', `attachment; filename="recovery-codes-${system.code}.txt"`);
  res.type('text/plain').send(`\ufeff${text}\n`.replaceAll('\n', '\r\n'));
}

function keepingOf({ context, req }: Visit) {
  const { config, clock } = context;
  return { userId: signedIn(req).user.id, sessionSecret: config.sessionSecret, now: clock() };
}

/** The page that shows them is another one: reloading it sends no form again. */
async function keepAndShow(visit: Visit, codes: readonly string[], isNew: boolean): Promise<void> {
  const { req, res } = visit;
  keepCodes(req.session, codes, { ...keepingOf(visit), isNew });
  await saveSession(req);
  res.redirect(303, homeOf(req) + CODES);
}

/** Whether password and code were right; otherwise the page has been shown again, with what is wrong. */
async function isProved(visit: Visit, which: 'codes' | 'remove'): Promise<boolean> {
  const { context, slowDown, req, res } = visit;
  const { user } = signedIn(req);
  const t = translator(localeOf(req));
  if (!user.hasSecondFactor) throw new AppError('conflict');
  const form = proofForm.safeParse(req.body ?? {});
  const { password, code } = form.success ? form.data : { password: '', code: '' };
  if (password === '' || code === '') {
    await show(visit, { form: which, problem: t('auth.secondFactor.proofMissing') }, 422);
    return false;
  }
  const result = await checkProof(context, slowDown, { userId: user.id, password, code });
  if (result.outcome === 'right') return true;
  const { outcome, waitSeconds: seconds } = result;
  if (seconds > 0) res.set('Retry-After', String(seconds));
  const wrong = looksLikeRecoveryCode(code) ? 'recoveryProofWrong' : 'proofWrong';
  const problem = outcome === 'slowed' ? t('auth.slowed', { seconds }) : t(`auth.secondFactor.${wrong}`);
  await show(visit, { form: which, problem }, outcome === 'slowed' ? 429 : 422);
  return false;
}

async function show({ context, req, res }: Visit, page: FactorPage, status = 200): Promise<void> {
  const { db, config } = context;
  const { user, system } = signedIn(req);
  const isRequired = system.settings.secondFactorRoles.includes(user.role);
  const data = { form: undefined, problem: undefined, isRequired, ...page };
  const factor = user.hasSecondFactor ? await findFactor(db, user.id) : undefined;
  if (factor !== undefined) {
    const { codesLeft } = factor;
    const few = codesLeft < FEW_CODES;
    return renderPage(req, res, 'auth/own-factor', { ...data, codesLeft, few }, status);
  }
  const secret = pendingSecretOf(req, user.id, config.sessionSecret);
  const address = appAddress(secret, system.brand, user.username);
  const picture = await QRCode.toString(address, { type: 'svg', margin: 2, errorCorrectionLevel: 'M' });
  const qr = `data:image/svg+xml;base64,${Buffer.from(picture).toString('base64')}`;
  await renderPage(req, res, 'auth/set-up-factor', { ...data, qr, key: inGroups(secret) }, status);
}

/** The same until it is confirmed, so that a reloaded page does not show another picture. */
function pendingSecretOf(req: Request, userId: string, sessionSecret: string): string {
  const known = decryptSecret(req.session.pendingSecret ?? '', userId, sessionSecret);
  const secret = known ?? newSecret();
  if (known === undefined) req.session.pendingSecret = encryptSecret(secret, userId, sessionSecret);
  return secret;
}

interface Visit {
  context: AppContext;
  slowDown: SlowDown;
  req: Request;
  res: Response;
}

interface FactorPage {
  /** The form that the problem is about. */
  form?: 'setUp' | 'codes' | 'remove';
  problem?: string;
}
