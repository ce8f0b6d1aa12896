import type { TestApp } from '../support/test-app.ts';
import type { Person } from '../support/world.ts';
import { behindSignIn, type Row } from './expectations.ts';

/** Work in progress: who asked for it may watch it, and the KPI office of the same system. */
export const TASKS_TABLE: Record<string, Row[]> = {
  'GET /:system/tasks': [
    { what: 'the list', path: () => '/krs/tasks', expected: behindSignIn(403, { kpiOffice: 200 }) },
  ],
  'GET /:system/tasks/:id': [
    {
      what: "the KPI office's",
      path: async (app) => `/krs/tasks/${await taskOf(app, 'krs', 'kpiOffice')}`,
      expected: behindSignIn(404, { kpiOffice: 200 }),
    },
    {
      what: "a certifier's",
      path: async (app) => `/krs/tasks/${await taskOf(app, 'krs', 'certifier')}`,
      expected: behindSignIn(404, { certifier: 200, kpiOffice: 200 }),
    },
    {
      what: 'that of another system',
      path: async (app) => `/krs/tasks/${await taskOf(app, 'ars', 'kpiOffice')}`,
      expected: behindSignIn(404),
    },
    { what: 'no number', path: () => '/krs/tasks/first', expected: behindSignIn(404) },
  ],
};

/** A task that this person asked for; made where there is none. */
async function taskOf({ db, world }: TestApp, system: 'krs' | 'ars', person: Person): Promise<string> {
  const task = { system_id: world.systems[system], kind: 'nothing', requested_by: world.users[person] };
  const found = await db('tasks').where(task).first('id');
  if (found !== undefined) return found.id;
  const [{ id }] = await db('tasks').insert(task, ['id']);
  return id;
}
