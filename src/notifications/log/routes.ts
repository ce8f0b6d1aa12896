import { type Request, Router } from 'express';
import type { AppContext } from '../../http/context.ts';
import { signedIn, systemOf } from '../../http/current-user.ts';
import { setFlash } from '../../http/flash.ts';
import { idOf } from '../../http/input.ts';
import { renderPage } from '../../http/render.ts';
import { allow } from '../../http/rights.ts';
import { notFound } from '../../lib/errors.ts';
import { sendAgain } from '../actions.ts';
import { FAILURES, MAIL_STATES } from '../types.ts';
import { againForm, logQuery } from './forms.ts';
import { countMails, findMail, listMails, PAGE_SIZE } from './queries.ts';
import type { LogQuery } from './types.ts';

/** จดหมายของระบบ: what was sent to whom, what waits, what failed; for the KPI office, of its own system. */
export function mailLogRoutes({ db, config }: AppContext): Router {
  const router = Router({ mergeParams: true });

  router.get('/mail', allow('mail.view'), async (req, res) => {
    const { system } = signedIn(req);
    const query = logQuery.parse(req.query);
    const counts = await countMails(db, system.id, query.q);
    const total = query.state === undefined ? sum(counts) : counts[query.state];
    const pageCount = Math.max(1, Math.ceil(total / PAGE_SIZE));
    const page = Math.min(query.page, pageCount);
    await renderPage(req, res, 'mail/log', {
      query: { ...query, page },
      addressOf: (change: Partial<LogQuery>) => logAddress(req, { ...query, page: 1, ...change }),
      counts,
      states: MAIL_STATES,
      failures: new Set<string>(FAILURES),
      total,
      pageCount,
      mails: await listMails(db, system.id, { ...query, page }),
      inFolder: config.smtpUrl === undefined,
    });
  });

  router.post('/mail/:id/again', allow('mail.view'), async (req, res) => {
    const { system } = signedIn(req);
    const { confirmed, ...query } = againForm.parse(req.body ?? {});
    const mail = await findMail(db, system.id, idOf(req));
    if (mail === undefined) throw notFound();
    const back = logAddress(req, query);
    if (mail.linkOver !== null) {
      setFlash(req, res, config.sessionSecret, { level: 'warning', key: `mail.again.${mail.linkOver}` });
      return res.redirect(303, back);
    }
    if (mail.state === 'sent' && confirmed === undefined) {
      await renderPage(req, res, 'mail/again', { mail, back, query });
      return;
    }
    const from = confirmed === undefined ? (['failed'] as const) : (['failed', 'sent'] as const);
    const queued = await sendAgain(db, { id: mail.id, systemId: system.id }, from);
    setFlash(req, res, config.sessionSecret, {
      level: queued ? 'success' : 'warning',
      key: queued ? 'mail.again.done' : 'mail.again.already',
    });
    res.redirect(303, back);
  });

  return router;
}

function logAddress(req: Request, { state, q, page }: LogQuery): string {
  const search = new URLSearchParams();
  if (state !== undefined) search.set('state', state);
  if (q !== '') search.set('q', q);
  if (page > 1) search.set('page', String(page));
  const question = search.size > 0 ? `?${search}` : '';
  return `/${systemOf(req).code}/mail${question}`;
}

function sum(counts: Record<string, number>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
