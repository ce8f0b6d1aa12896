import { type Request, type Response, Router } from 'express';
import type { AppContext } from '../http/context.ts';
import { ROLES, type SystemSettings, signedIn } from '../http/current-user.ts';
import { setFlash } from '../http/flash.ts';
import { parsed } from '../http/input.ts';
import { renderPage } from '../http/render.ts';
import { allow } from '../http/rights.ts';
import { saveSettings } from './actions.ts';
import { readSettings, type SettingsForm, type SettingsProblems, settingsForm } from './forms.ts';
import { countSecondFactors, listSettingsEvents, loadSettings } from './queries.ts';
import type { SystemRegistry } from './registry.ts';
import { changedSettings, locksOutEditor, NUMBER_SETTINGS, SETTING_LIMITS } from './rules.ts';

const EVENTS_SHOWN = 50;

/** The settings of a system and their history, for the KPI office. */
export function settingsRoutes(context: AppContext, systems: SystemRegistry): Router {
  const router = Router({ mergeParams: true });
  const { db, config, clock } = context;
  const mayEdit = allow('settings.edit');

  router.get('/settings', mayEdit, async (req, res) => {
    await showSettings(context, req, res, {});
  });

  router.post('/settings', mayEdit, async (req, res) => {
    const { user, system } = signedIn(req);
    const form = parsed(settingsForm, req.body ?? {});
    const read = readSettings(form);
    if (read.problems !== undefined) {
      return showSettings(context, req, res, { form, problems: read.problems }, 422);
    }
    const { settings } = read;
    const stored = await loadSettings(db, system.id);
    if (form.confirmed === undefined && locksOutEditor(stored.settings, settings, user)) {
      return renderPage(req, res, 'settings/confirm', { fields: fieldsOf(form) });
    }
    const change = { systemId: system.id, byUserId: user.id, version: form.version, settings, now: clock() };
    const outcome = await saveSettings(db, change);
    systems.forget();
    if (outcome === 'changed') return showSettings(context, req, res, { form, changed: true }, 409);
    setFlash(req, res, config.sessionSecret, {
      level: outcome === 'saved' ? 'success' : 'info',
      key: outcome === 'saved' ? 'settings.saved' : 'settings.unchanged',
    });
    res.redirect(303, `/${system.code}/settings`);
  });

  return router;
}

interface PageState {
  /** As typed; missing: as stored. */
  form?: SettingsForm;
  problems?: SettingsProblems;
  /** Somebody else saved meanwhile. */
  changed?: boolean;
}

async function showSettings(
  { db }: AppContext,
  req: Request,
  res: Response,
  state: PageState,
  status = 200,
): Promise<void> {
  const { system } = signedIn(req);
  const stored = await loadSettings(db, system.id);
  const events = await listSettingsEvents(db, system.id, EVENTS_SHOWN);
  const typed = state.form ?? typedOf(stored.settings);
  const data = {
    numbers: NUMBER_SETTINGS,
    roles: ROLES,
    limits: SETTING_LIMITS,
    factors: await countSecondFactors(db, system.id),
    typed,
    stored: stored.settings,
    // after a refusal because of a form's content the form is still about what it showed
    version: state.changed ? stored.version : (state.form?.version ?? stored.version),
    problems: state.problems ?? {},
    differs: state.changed === true ? differingFields(typed, stored.settings) : [],
    changed: state.changed === true,
    latest: events[0],
    events: events.map(({ at, byName, before, after }) => ({
      at,
      byName,
      before,
      after,
      names: changedSettings(before, after),
    })),
  };
  await renderPage(req, res, 'settings/index', data, status);
}

function typedOf(settings: SystemSettings): Omit<SettingsForm, 'version'> {
  const { secondFactorRoles, ...numbers } = settings;
  const texts = Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, String(value)]));
  return { ...(texts as Record<keyof typeof numbers, string>), secondFactorRoles };
}

/** The fields that hold something else than what is stored by now. */
function differingFields(typed: Omit<SettingsForm, 'version'>, stored: SystemSettings): string[] {
  const names = [...NUMBER_SETTINGS, 'secondFactorRoles'] as const;
  return names.filter((name) => String(typed[name]) !== String(stored[name]));
}

function fieldsOf(form: SettingsForm): [string, string][] {
  return [
    ['version', String(form.version)],
    ...NUMBER_SETTINGS.map((name): [string, string] => [name, form[name]]),
    ...form.secondFactorRoles.map((role): [string, string] => ['secondFactorRoles', role]),
  ];
}
