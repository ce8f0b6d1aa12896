import type { Agent, TestApp } from '../support/test-app.ts';

/** The row of an account. */
export async function storedUser(app: TestApp, id: string) {
  return app.db('users').where({ id }).first();
}

/** The id of an account of KRS. */
export async function idOf(app: TestApp, username: string): Promise<string> {
  const row = await app.db('users').where({ username, system_id: app.world.systems.krs }).first('id');
  if (row === undefined) throw new Error(`There is no account ${username}`);
  return row.id;
}

/** The history of an account, oldest first. */
export async function eventsOf(app: TestApp, id: string) {
  return app.db('user_events').where({ user_id: id }).orderBy('id').select('kind', 'by_user_id', 'details');
}

/** The fields of a page's form, as a browser would send them: a password box is empty, of a choice what is chosen. */
export async function formFields(agent: Agent, path: string): Promise<Record<string, string>> {
  const { text } = await agent.get(path).expect(200);
  return fieldsOf(text);
}

/** The same, of a page that is there already. */
export function fieldsOf(text: string): Record<string, string> {
  const form = /<form class="person-form"[\s\S]*?<\/form>/.exec(text)?.[0] ?? '';
  const fields: Record<string, string> = {};
  for (const [tag] of form.matchAll(/<input[^>]*>/g)) {
    const { name, type, value = '' } = attributesOf(tag);
    const isTicked = /\schecked/.test(tag);
    if (name === undefined || type === 'file' || ((type === 'checkbox' || type === 'radio') && !isTicked))
      continue;
    fields[name] = value;
  }
  for (const [, name = '', options = ''] of form.matchAll(
    /<select[^>]* name="(\w+)"[^>]*>([\s\S]*?)<\/select>/g,
  )) {
    fields[name] =
      /<option value="(\w*)" selected/.exec(options)?.[1] ?? /<option value="(\w*)"/.exec(options)?.[1] ?? '';
  }
  return fields;
}

function attributesOf(tag: string): Record<string, string> {
  return Object.fromEntries(
    [...tag.matchAll(/\b([\w-]+)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
  );
}

/** The text of the message beside a field. */
export function messageAt(html: string, field: string): string | undefined {
  return new RegExp(`id="field-${field}-error">([^<]*)<`).exec(html)?.[1];
}
