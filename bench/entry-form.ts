import type { Db } from '../src/db/database.ts';
import type { Connection } from './load.ts';

/** A field of an entry form, as the next request will send it. */
interface Field {
  id: string;
  version: number;
  /** The two values that are saved in turn. */
  values: readonly [string, string];
  phase: 0 | 1;
}

/** All boxes of one office's entry page. */
export type Form = readonly Field[];

const VALUES: Record<string, readonly [string, string]> = {
  yes_no: ['1', '0'],
  number: ['7.25', '9.5'],
  a: ['45', '46'],
  b: ['54', '55'],
};

const FIELDS = `
  select e.office_id, e.id, e.version, e.value, v.kind, v.code
    from entries e join variables v on v.id = e.variable_id
   where e.round_id = ? and e.office_id = any(?)
   order by v.position`;

/** The forms of these offices as their entry pages show them now, in the order of the offices. */
export async function readForms(db: Db, roundId: string, officeIds: readonly string[]): Promise<Form[]> {
  const { rows } = await db.raw(FIELDS, [roundId, [...officeIds]]);
  return officeIds.map((officeId) =>
    rows
      .filter((row: { office_id: string }) => row.office_id === officeId)
      .map(({ id, version, value, kind, code }: Record<string, string>): Field => {
        const values = VALUES[kind ?? ''] ?? VALUES[code ?? ''];
        if (values === undefined) throw new Error(`The bench knows no values for a variable ${code}`);
        return { id: id ?? '', version: Number(version), values, phase: value === values[0] ? 0 : 1 };
      }),
  );
}

/**
 * A person who saves the same form again and again: all boxes are sent, so many of them with another value than
 * before, over the versions that the save before left.
 */
export function savingConnection(
  { cookie, path }: { cookie: string; path: string },
  form: Form,
  changed: number,
): Connection {
  const changing = form.slice(0, changed);
  return {
    cookie,
    next: () => ({
      method: 'POST',
      path,
      expect: 303,
      body: bodyOf(form, changed),
      done() {
        for (const field of changing) {
          field.phase = field.phase === 0 ? 1 : 0;
          field.version += 1;
        }
      },
    }),
  };
}

/** Throws where a save was answered as done and is not in the database: a bench that saves nothing is fast. */
export function checkStored(sent: readonly Form[], stored: readonly Form[]): void {
  for (const [office, form] of sent.entries()) {
    for (const [at, { id, version, phase }] of form.entries()) {
      const now = stored[office]?.[at];
      if (now?.id === id && now.version === version && now.phase === phase) continue;
      throw new Error(`Entry ${id} was saved to version ${version}, but is version ${now?.version}`);
    }
  }
}

function bodyOf(form: Form, changed: number): string {
  let body = '';
  for (const [at, { id, version, values, phase }] of form.entries()) {
    const before = values[phase];
    const typed = at < changed ? values[phase === 0 ? 1 : 0] : before;
    body += `${body === '' ? '' : '&'}base_${id}=${version}%3A${before}&value_${id}=${typed}`;
  }
  return body;
}
