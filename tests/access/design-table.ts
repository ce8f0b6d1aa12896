import { createDraft } from '../../src/framework/drafts/actions.ts';
import type { TestApp } from '../support/test-app.ts';
import { behindSignIn, type Row } from './expectations.ts';

const kpiOfficeOnly = (status: number) => behindSignIn(403, { kpiOffice: status });
const YEAR = '/krs/framework/2562';

/** กำหนดผังรายการตัวชี้วัด: the KPI office's alone, years and parts of other systems are not there. */
export const DESIGN_TABLE: Record<string, Row[]> = {
  'GET /:system/framework': [page('the years', () => '/krs/framework')],
  'POST /:system/framework': [
    {
      what: 'a new year',
      path: () => '/krs/framework',
      prepare: ({ db }) => db('framework_drafts').where({ fiscal_year: 2570 }).delete(),
      fields: () => ({ year: '2570' }),
      expected: kpiOfficeOnly(303),
    },
  ],
  'GET /:system/framework/:year': [
    page('the draft', () => YEAR),
    page('a revision', () => `${YEAR}?revision=1`),
  ],
  'POST /:system/framework/:year/draft': [form('one more', '/draft', () => ({}))],
  'POST /:system/framework/:year/draft/delete': [
    form('confirmed', '/draft/delete', () => ({ version: '1', confirmed: '1' })),
  ],
  'GET /:system/framework/:year/header': [page('titles and rounds', () => `${YEAR}/header`)],
  'POST /:system/framework/:year/header': [
    form('a title, over what was seen', '/header', () => ({ title_th: 'ใหม่', seen: 'old' }), 409),
  ],
  'GET /:system/framework/:year/history': [page('what was changed', () => `${YEAR}/history`)],
  'POST /:system/framework/:year/order': [
    form('one place down', '/order', ({ world }) => ({ move: `down:node-${world.node('C1')}` })),
  ],
  'POST /:system/framework/:year/restore': [
    form('what is there', '/restore', ({ world }) => ({ part: `node-${world.node('1')}` })),
  ],
  'GET /:system/framework/:year/parts/new': [
    page('a variable', ({ world }) => `${YEAR}/parts/new?kind=variable&parent=node-${world.node('1')}`),
  ],
  'POST /:system/framework/:year/parts': [
    form('a dimension', '/parts', () => ({ kind: 'dimension', parent: '', code: 'C9', name: 'ใหม่' })),
  ],
  'GET /:system/framework/:year/parts/:part': [
    page('a sub-indicator', ({ world }) => `${YEAR}/parts/node-${world.node('1')}`),
    page('a variable', ({ world }) => `${YEAR}/parts/variable-${world.variable('1/a')}`),
  ],
  'POST /:system/framework/:year/parts/:part': [
    part('a dimension, over what was seen', 'C1', '', { code: 'C1', name: 'ใหม่', seen: 'old' }, 409),
  ],
  'POST /:system/framework/:year/parts/:part/copy': [part('a sub-indicator', '1', '/copy', {})],
  'POST /:system/framework/:year/parts/:part/delete': [part('confirmed', '1', '/delete', { confirmed: '1' })],
  'GET /:system/framework/:year/parts/:part/variables': [
    page('of a sub-indicator', ({ world }) => `${YEAR}/parts/node-${world.node('1')}/variables`),
  ],
  'POST /:system/framework/:year/parts/:part/variables': [
    part('one more', '1', '/variables', { 'new1:code': 'z', 'new1:name': 'ใหม่' }),
  ],
};

function page(what: string, path: (app: TestApp) => string): Row {
  return { what, path: (app) => ofDraft(app, path), expected: kpiOfficeOnly(200) };
}

function form(
  what: string,
  path: string,
  fields: (app: TestApp) => Record<string, string>,
  status = 303,
): Row {
  return {
    what,
    path: (app) => ofDraft(app, () => YEAR + path),
    prepare: freshDraft,
    fields,
    expected: kpiOfficeOnly(status),
  };
}

function part(what: string, code: string, path: string, fields: Record<string, string>, status = 303): Row {
  return {
    what,
    path: (app) => ofDraft(app, ({ world }) => `${YEAR}/parts/node-${world.node(code)}${path}`),
    prepare: freshDraft,
    fields: () => fields,
    expected: kpiOfficeOnly(status),
  };
}

/** The path, once there is a draft of the year. */
async function ofDraft(app: TestApp, path: (app: TestApp) => string): Promise<string> {
  await createDraft(...draftOf(app));
  return path(app);
}

async function freshDraft(app: TestApp): Promise<void> {
  await app.db('framework_drafts').where({ fiscal_year: 2562 }).delete();
  await createDraft(...draftOf(app));
}

function draftOf({ db, clock, world }: TestApp): Parameters<typeof createDraft> {
  const by = { id: world.users.kpiOffice, systemId: world.systems.krs };
  return [{ db, clock: clock.now }, by, { system: 'krs', fiscalYear: 2562 }];
}
