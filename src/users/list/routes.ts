import { type Request, Router } from 'express';
import type { AppContext } from '../../http/context.ts';
import { ROLES, signedIn } from '../../http/current-user.ts';
import { renderPage } from '../../http/render.ts';
import { allow, may } from '../../http/rights.ts';
import { initialOf } from '../../lib/initial.ts';
import { managedOffice, rolesOf } from '../rules.ts';
import { readUserFilters, type UserFilters } from './forms.ts';
import { listOfficeChoices, listUsers } from './queries.ts';

const USERS_PER_PAGE = 50;

/** จัดการผู้ใช้งานระบบ: the people of the own office, for the KPI office those of all (R43–R57). */
export function userListRoutes({ db }: AppContext): Router {
  const router = Router({ mergeParams: true });

  router.get('/users', allow('users.manage'), async (req, res) => {
    const { user, system } = signedIn(req);
    const filters = readUserFilters(req.query);
    const page = filters.page ?? 1;
    const ownOffice = managedOffice(user);
    const all = ownOffice === null;
    const { users, total } = await listUsers(
      db,
      {
        systemId: system.id,
        officeId: ownOffice ?? filters.office ?? null,
        kind: (all ? filters.kind : null) ?? null,
        role: filters.role ?? null,
        status: filters.status ?? null,
        search: filters.q ?? null,
      },
      { limit: USERS_PER_PAGE, offset: (page - 1) * USERS_PER_PAGE },
    );
    const hrefOf = addressOf(req, filters);
    if (users.length === 0 && page > 1) return res.redirect(303, hrefOf(1));
    await renderPage(req, res, 'users/list', {
      users,
      total,
      page,
      pageCount: Math.max(1, Math.ceil(total / USERS_PER_PAGE)),
      filters,
      all,
      mayImport: may(user, 'users.import'),
      mayHandOver: may(user, 'users.handOver'),
      roles: all ? ROLES : rolesOf(user.officeKind),
      offices: all ? await listOfficeChoices(db, system.id) : [],
      hrefOf,
      initialOf,
    });
  });

  return router;
}

/** The address of another page of the same list. */
function addressOf(req: Request, filters: UserFilters): (page: number) => string {
  return (page) => {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries({ ...filters, page })) {
      if (value !== undefined) query.set(name, String(value));
    }
    return `${req.baseUrl}/users?${query}`;
  };
}
