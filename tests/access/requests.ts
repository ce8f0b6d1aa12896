import type { Agent, TestApp } from '../support/test-app.ts';
import type { Row } from './expectations.ts';
import { ROUTE_TABLE } from './route-table.ts';

export interface Case {
  /** `POST /:system/entry`. */
  route: string;
  /** The route and what the row is about. */
  title: string;
  row: Row;
}

/** Every row of the table. */
export const CASES: Case[] = Object.entries(ROUTE_TABLE).flatMap(([route, rows]) =>
  rows.map((row) => ({ route, title: `${route}: ${row.what}`, row })),
);

/** Sends the row's request from this browser. */
export async function send(
  app: TestApp,
  { route, row }: Case,
  agent: Agent,
  headers: Record<string, string> = {},
) {
  const path = await row.path(app);
  if (route.startsWith('GET ')) return agent.get(path).set(headers);
  return agent
    .post(path)
    .set(headers)
    .type('form')
    .send((await row.fields?.(app)) ?? {});
}
