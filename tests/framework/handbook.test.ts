import { readFileSync } from 'node:fs';
import { mkdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publishDraft } from '../../src/cycle/revisions/actions.ts';
import { changeDraft, createDraft } from '../../src/framework/drafts/actions.ts';
import { subIndicatorsOf } from '../../src/framework/drafts/parts.ts';
import { formulaInLetters, formulaInWords } from '../../src/framework/handbook/formula-words.ts';
import { handbookParts } from '../../src/framework/handbook/page.ts';
import { lintFramework } from '../../src/framework/lint.ts';
import { offlineFramework } from '../../src/framework/offline.ts';
import { currentTitle, titleOfYear } from '../../src/http/system-title.ts';
import { translator } from '../../src/i18n/index.ts';
import { projectRoot } from '../../src/lib/paths.ts';
import { textOf } from '../reports/support.ts';
import { PDF, PNG, storeDocument } from '../support/files.ts';
import { asBytes } from '../support/spreadsheet.ts';
import { countStatements } from '../support/statements.ts';
import { type Agent, signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE } from '../support/world.ts';

let app: TestApp;
let kpiOffice: Agent;

beforeAll(async () => {
  app = await startTestApp();
  kpiOffice = await signIn(app, 'krs', PEOPLE.kpiOffice);
});
afterAll(() => app?.stop());

describe('the handbook', () => {
  it('shows the published year to everybody, and nothing about people or values', async () => {
    const { text, headers } = await app.agent().get('/krs/handbook/2562').expect(200);
    expect(headers['cache-control']).toBe('public, max-age=60');
    expect(headers.vary).toContain('Cookie');
    const main = textOf(text.slice(text.indexOf('<main')));
    expect(main).toContain('คู่มือตัวชี้วัด ปีงบประมาณ 2562');
    const nodes = await app
      .db('framework_nodes')
      .join('frameworks', 'frameworks.id', 'framework_id')
      .where({ system_id: app.world.systems.krs, kind: 'sub_indicator', retired: false })
      .select('code', 'name');
    expect(nodes.length).toBeGreaterThan(3);
    for (const { code, name } of nodes) expect(main).toContain(textOf(`${code} ${name}`));
    const people = await app.db('users').select('name', 'username');
    const told = people.filter(({ name, username }) => main.includes(name) || main.includes(` ${username} `));
    expect(told).toEqual([]);
    for (const word of ['รอการรับรอง', 'รับรองแล้ว', 'คะแนนจริง']) expect(main).not.toContain(word);
    const reasons = await app.db('sub_indicator_offices').select('reason');
    for (const { reason } of reasons) expect(main).not.toContain(reason);
  });

  it('has no drafts, no other years, and no statements to spare', async () => {
    await kpiOffice.post('/krs/framework').type('form').send({ year: '2571' }).expect(303);
    const stranger = app.agent();
    await stranger.get('/krs/handbook/2571').expect(404);
    await stranger.get('/krs/handbook/next').expect(404);
    await stranger.get('/krs/handbook/2562').expect(200);
    expect(await countStatements(app.db, () => stranger.get('/krs/handbook/2562').expect(200))).toBe(1);
  });

  it.each(['krs-2559', 'krs-2562', 'ars-2559'])('has every indicator of %s, its formula in words', (name) => {
    const json = JSON.parse(readFileSync(join(projectRoot, 'seeds/frameworks', `${name}.json`), 'utf8'));
    const linted = lintFramework(json, null);
    if (!('document' in linted)) throw new Error('the seed is checked elsewhere');
    const framework = offlineFramework(linted.document);
    const rounds = linted.document.rounds.map((round) => ({ ...round }));
    const known = { bureaus: [], officeTypes: [], offices: [] };
    const parts = handbookParts({ framework, rounds, known }, translator('th'));
    const shown = parts.flatMap((part) => (part.kind === 'indicator' ? [part.indicator] : []));
    expect(shown.map(({ code }) => code)).toEqual(framework.subIndicators.map(({ code }) => code));
    for (const { words, variables } of shown) {
      for (const variable of variables) expect(words).toContain(`“${variable.name}”`);
      expect(words.replace(/“[^”]*”/g, '')).not.toMatch(/[a-z*/]/i);
    }
  });

  it('writes formulas by hand and in words', () => {
    const variables = [
      { code: 'a', name: 'ผ่าน' },
      { code: 'b', name: 'ทั้งหมด' },
      { code: '1', name: 'ข้อหนึ่ง' },
    ];
    const words = (name: string) => ({ count: 'จำนวน' })[name];
    expect(formulaInLetters('(a - b) / a * 100')).toBe('(a − b) ÷ a × 100');
    expect(formulaInWords('a / b * 100', variables, words)).toBe('“ผ่าน” ÷ “ทั้งหมด” × 100');
    expect(formulaInWords('count(v1, ab)', variables, words)).toBe('จำนวน(“ข้อหนึ่ง”, ab)');
  });
});

describe('the title of the year', () => {
  const system = {
    nameTh: 'ระบบ',
    nameEn: 'System',
    titles: [
      { fiscalYear: 2563, th: 'ปี 63', en: 'FY 63' },
      { fiscalYear: 2562, th: 'ปี 62', en: 'FY 62' },
    ],
  };

  it.each([
    ['2018-09-30T16:59:59Z', 'System'],
    ['2018-09-30T17:00:00Z', 'FY 62'],
    ['2019-09-30T16:59:59Z', 'FY 62'],
    ['2019-09-30T17:00:00Z', 'FY 63'],
  ])('at %s is %s', (now, title) => expect(currentTitle(system, 'en', new Date(now))).toBe(title));

  it('of a past year stays that of the year', () => {
    expect(titleOfYear(system, 'th', 2562)).toBe('ปี 62');
    expect(titleOfYear(system, 'th', 2561)).toBe('ระบบ');
  });

  it('stands on the login page and above every page', async () => {
    const { title_th: title } = await app
      .db('frameworks')
      .where({ system_id: app.world.systems.krs, fiscal_year: 2562 })
      .first('title_th');
    expect(textOf((await app.agent().get('/krs/login').expect(200)).text)).toContain(title);
    expect(textOf((await kpiOffice.get('/krs').expect(200)).text)).toContain(title);
  });
});

describe('a year with two revisions', () => {
  const main = async (by: Agent, path: string) => {
    const { text } = await by.get(path).expect(200);
    return textOf(text.slice(text.indexOf('<main')));
  };

  it('shows what each round is measured by: handbook, framework, file, round and report', async () => {
    const { world } = app;
    const context = { db: app.db, clock: app.clock.now };
    const by = { id: world.users.kpiOffice, systemId: world.systems.krs };
    await createDraft(context, by, { system: 'krs', fiscalYear: 2562 });
    await changeDraft(context, by, { fiscalYear: 2562, event: 'edit' }, (before) => {
      const draft = structuredClone(before);
      for (const { part } of subIndicatorsOf(draft)) {
        if (part.code === '1') Object.assign(part, { weight: '17.5', name: 'ชื่อใหม่' });
        if (part.code === '2.2') Object.assign(part, { weight: '12.5' });
      }
      return draft;
    });
    const order = { systemId: by.systemId, fiscalYear: 2562, userId: by.id, version: 2, reason: 'ใหม่' };
    expect(await publishDraft(context, order)).toMatchObject({ outcome: 'published', revision: 2 });
    await createDraft(context, by, { system: 'krs', fiscalYear: 2562 });

    const stranger = app.agent();
    const newest = await main(stranger, '/krs/handbook/2562');
    expect(newest).toMatch(/ฉบับที่ 2 · ปรับปรุงล่าสุด .*6 เดือน.* ใช้ฉบับที่ 1 ไม่ใช่ฉบับนี้/);
    expect(newest).toContain('1 ชื่อใหม่');
    const older = await main(stranger, '/krs/handbook/2562?revision=1');
    expect(older).toMatch(/ฉบับที่ 1 ใช้ถึง .* รอบที่ยังใช้ฉบับนี้: .*6 เดือน/);
    expect(older).not.toContain('1 ชื่อใหม่');
    await stranger.get('/krs/handbook/2562?revision=3').expect(404);

    const tree = await main(kpiOffice, '/krs/framework/2562?revision=1');
    expect(tree).toMatch(/ปีงบประมาณ 2562 ฉบับที่ 1 .*ใช้ถึง/);
    expect(tree).not.toMatch(/ชื่อใหม่|แก้ไขผังปี|ตรวจและประกาศใช้|ทิ้งฉบับร่าง/);
    await kpiOffice.get('/krs/framework/2562?revision=0').expect(404);
    const { body } = await kpiOffice.get('/krs/framework/2562/export.json?revision=1').expect(200);
    expect(JSON.stringify(body)).not.toContain('ชื่อใหม่');
    expect(await main(kpiOffice, '/krs/framework/2562')).toMatch(/ฉบับก่อนหน้า ฉบับที่ 1 ใช้ถึง/);
    const { text } = await kpiOffice.get(`/krs/rounds/${world.rounds.past}`).expect(200);
    expect(text).toContain('href="/krs/framework/2562?revision=1"');
    const report = `/krs/reports/office?round=${world.rounds.past}&office=${world.offices.krabi}`;
    expect(await main(kpiOffice, report)).toContain('ใช้ผังตัวชี้วัดฉบับที่ 1');
  });
});

describe('manuals', () => {
  const upload = (path: string, fields: Record<string, string>, file?: Buffer, name = 'คู่มือ.pdf') => {
    const form = kpiOffice.post(path);
    for (const [field, value] of Object.entries(fields)) form.field(field, value);
    return file === undefined ? form : form.attach('file', file, name);
  };
  const links = async () => {
    const { text } = await app.agent().get('/krs/login').expect(200);
    return [...text.matchAll(/href="(\/krs\/manuals\/\d+\/file)"/g)].map(([, href = '']) => href);
  };
  const download = (path: string) => app.agent().get(path).buffer(true).parse(asBytes);

  it('are uploaded, offered on the login page, replaced under their address, and removed', async () => {
    await upload('/krs/manuals', { title: '=คู่มือ "ผู้รายงาน"', year: '๒๕๖๒' }, PDF).expect(303);
    const [path = ''] = await links();
    const keyOf = () => app.db('stored_files').orderBy('id', 'desc').first('key');
    const old = await keyOf();
    const first = await download(path).expect(200);
    expect(first.body).toEqual(PDF);
    expect(first.headers).toMatchObject({
      'content-type': 'application/pdf',
      'x-content-type-options': 'nosniff',
      'cache-control': 'public, max-age=60, no-transform',
      'content-security-policy': "sandbox; default-src 'none'; frame-ancestors 'none'",
    });
    expect(first.headers['content-disposition']).toMatch(/^attachment; /);
    const page = path.replace('/file', '');
    await upload(page, { title: 'คู่มือเล่มใหม่', year: '' }, Buffer.from('<script>'), 'x.html').expect(303);
    const second = await download(path).expect(200);
    expect(second.headers['content-type']).toBe('application/octet-stream');
    // what can be opened, but not read
    const { key: opened } = await keyOf();
    const onDisk = join(app.config.uploadsDir, opened.slice(0, 2), opened.slice(2, 4), opened);
    await rm(onDisk);
    await mkdir(onDisk);
    const broken = await app.agent().get(path).expect(500);
    expect(broken.headers['content-disposition']).toBeUndefined();
    expect(broken.text).toMatch(/<code>[0-9a-f]{8}<\/code>/);
    await rmdir(onDisk);
    await upload(page, { title: 'คู่มือเล่มสาม', year: '' }).expect(303);
    await upload(page, { title: 'คู่มือเล่มสาม', year: '' }).expect(303);
    expect(textOf((await kpiOffice.get('/krs/manuals').expect(200)).text)).toMatch(/คู่มือเล่มสาม ทุกปี x\.html/);
    const replaced = await keyOf();
    await kpiOffice.post(`${page}/removal`).type('form').send({ confirmed: '1' }).expect(303);
    expect(await links()).toEqual([]);
    await download(path).expect(404);
    // neither what was replaced nor what was removed is kept; the history names it
    for (const { key } of [old, replaced]) expect(await app.storage.stat(key)).toBeUndefined();
    expect(await app.db('stored_files').whereIn('key', [old.key, replaced.key])).toEqual([]);
    const { text } = await kpiOffice.get('/krs/manuals').expect(200);
    const [, ...events] = textOf(text)
      .split(/กลาง พัฒนาระบบ/)
      .slice(1);
    expect(text.match(/<td class="wide">/g)).toHaveLength(4);
    expect(events.join()).toMatch(
      /แก้ไข คู่มือเล่มใหม่ ชื่อคู่มือ คู่มือเล่มใหม่ เป็น คู่มือเล่มสาม.*ปีงบประมาณ 2562 เป็น ทุกปี ไฟล์ คู่มือ\.pdf เป็น x\.html/s,
    );
  });

  it('are refused with what is wrong, and their files are not kept', async () => {
    const files = () => app.db('stored_files').count('* as n').first();
    const before = await files();
    const { text } = await upload('/krs/manuals', { title: ' ', year: 'สองห้า' }, PDF).expect(422);
    expect(textOf(text)).toMatch(/โปรดกรอกชื่อคู่มือ.*โปรดกรอกปีงบประมาณเป็น พ\.ศ\./s);
    expect(text).toContain('value="สองห้า"');
    expect(
      (await upload('/krs/manuals', { title: 'ว่าง', year: '' }, Buffer.alloc(0)).expect(422)).text,
    ).toContain('ไฟล์นี้ว่างเปล่า');
    const large = Buffer.alloc(11 * 1024 * 1024);
    expect((await upload('/krs/manuals', { title: 'ใหญ่', year: '' }, large).expect(422)).text).toContain(
      'ไฟล์ใหญ่เกิน 10 MB',
    );
    await upload('/krs/manuals', { title: 'สอง', year: '' }, PDF).attach('file', PNG, 'b.png').expect(422);
    expect(await files()).toEqual(before);
  });

  it('are the only files that are open: those of threads, and manuals that wait for the scanner, are not', async () => {
    const { file, item } = await storeDocument(app);
    await app.agent().get(`/krs/threads/files/${item}`).expect(303);
    await app.agent().get(`/krs/manuals/${file}/file`).expect(404);
    const waiting = await storeDocument(app, { state: 'waiting' });
    const manual = {
      system_id: app.world.systems.krs,
      title: 'รอ',
      file_id: waiting.file,
      uploaded_by: app.world.users.kpiOffice,
    };
    const [{ id }] = await app.db('manuals').insert(manual, ['id']);
    await app.agent().get(`/krs/manuals/${id}/file`).expect(404);
    expect(textOf((await kpiOffice.get('/krs/manuals').expect(200)).text)).toContain('รอตรวจไวรัส');
  });
});
