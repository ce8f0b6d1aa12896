import type { DraftDocument, DraftSubIndicator } from '../../../src/framework/drafts/types.ts';
import type { Agent, TestApp } from '../../support/test-app.ts';

/** The fields of a page's form as a browser would send them back; `form` is how its tag begins. */
export function formFields(html: string, action: string): Record<string, string[]> {
  const from = html.indexOf(`action="${action}"`);
  if (from < 0) throw new Error(`No form for ${action}`);
  const form = html.slice(from, html.indexOf('</form>', from));
  const fields: Record<string, string[]> = {};
  const add = (name: string | undefined, value: string) => {
    if (name !== undefined) fields[unescaped(name)] = [...(fields[unescaped(name)] ?? []), unescaped(value)];
  };
  for (const [tag] of form.matchAll(/<input[^>]*>/g)) {
    if (/type="(?:checkbox|radio)"/.test(tag) && !/ checked/.test(tag)) continue;
    add(/ name="([^"]*)"/.exec(tag)?.[1], / value="([^"]*)"/.exec(tag)?.[1] ?? '');
  }
  for (const [, name, text = ''] of form.matchAll(/<textarea[^>]* name="([^"]*)"[^>]*>\n?([^<]*)/g))
    add(name, text);
  for (const [, name, options = ''] of form.matchAll(
    /<select[^>]* name="([^"]*)"[^>]*>([\s\S]*?)<\/select>/g,
  )) {
    const chosen =
      /<option value="([^"]*)" selected/.exec(options) ?? /<option value="([^"]*)"/.exec(options);
    add(name, chosen?.[1] ?? '');
  }
  return fields;
}

function unescaped(text: string): string {
  return text
    .replace(/&#34;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&');
}

/** Opens a page, changes fields of its form and sends it. */
export async function change(
  by: Agent,
  path: string,
  fields: Record<string, string | string[]>,
  action = path,
) {
  const { text } = await by.get(path).expect(200);
  return by
    .post(action)
    .type('form')
    .send({ ...formFields(text, action), ...fields });
}

/** The draft of the world's year 2562, made anew from what is published. */
export async function freshDraft({ db }: TestApp, by: Agent): Promise<void> {
  await db('framework_drafts').delete();
  await by.post('/krs/framework/2562/draft').expect(303);
}

export async function storedDraft({ db, world }: TestApp, fiscalYear = 2562): Promise<DraftDocument> {
  const row = await db('framework_drafts')
    .where({ system_id: world.systems.krs, fiscal_year: fiscalYear })
    .first('document');
  return row.document;
}

/** Takes the indicator with its sub-indicator out. */
export function take(draft: DraftDocument, code: string): DraftSubIndicator[] {
  const taken: DraftSubIndicator[] = [];
  for (const dimension of draft.dimensions) {
    taken.push(
      ...dimension.indicators.filter((one) => one.code === code).flatMap((one) => one.sub_indicators),
    );
    dimension.indicators = dimension.indicators.filter((one) => one.code !== code);
  }
  return taken;
}

/** The same parts under new keys. */
export function renamed<T>(parts: T): T {
  let count = 0;
  return JSON.parse(
    JSON.stringify(parts, (key, value) => {
      if (key !== 'key') return value;
      count += 1;
      return `n${count}`;
    }),
  );
}
