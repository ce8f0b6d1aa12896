import type { Request } from 'express';
import type { AppContext } from './http/context.ts';
import type { LoadFrame, MenuSection } from './http/render.ts';
import { localeOf } from './http/render.ts';
import { translator } from './i18n/index.ts';

/** What stands around every page: the system's title and the menu of the person's role. */
export function loadFrame(_context: AppContext): LoadFrame {
  return async (req: Request) => {
    const t = translator(localeOf(req));
    const menu: MenuSection[] = [];
    const title = req.system === undefined ? t('portal.title') : localeOf(req) === 'th' ? req.system.nameTh : req.system.nameEn;
    return { title, menu };
  };
}
