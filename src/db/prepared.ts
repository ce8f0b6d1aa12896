import type pg from 'pg';

/**
 * The program's statements are constant texts, so each connection prepares a text once and PostgreSQL plans it
 * once, not at every request. Lists of varying length would make endless texts; past the bound they go unnamed.
 */
const MAX_NAMED = 300;
const names = new Map<string, string>();
const onePlanNames = new Map<string, string>();

// What counts and sums up takes longer to run than to plan, and its best plan depends on the values: with the one
// plan for all values, the status matrix of 2,250 offices took 10 s instead of 0.3.
const DEPENDS_ON_VALUES = /\bgroup by\b/;

/**
 * A condition, always true, for the statement that takes a transaction's lock: the statements after it, which reach
 * their rows by keys, keep one plan whatever they are given. By itself PostgreSQL would plan those with short lists
 * anew each time, for longer than they run.
 */
export const ONE_PLAN = `set_config('plan_cache_mode', 'force_generic_plan', true) is not null`;

/** Lets this connection prepare every statement with parameters that it is given. */
export function prepareStatements(client: pg.Client | pg.PoolClient): void {
  client.query = ((...args: unknown[]) =>
    Reflect.apply(
      Object.getPrototypeOf(client).query,
      client,
      named(args[0], args.slice(1)),
    )) as typeof client.query;
}

/** `(text, values, …)` and `({ text, values }, …)` get a name; texts without parameters and cursors stay as they are. */
function named(query: unknown, rest: unknown[]): unknown[] {
  if (typeof query === 'string') {
    const [values, ...others] = rest;
    const name = Array.isArray(values) && values.length > 0 ? nameOf(query) : undefined;
    return name === undefined ? [query, ...rest] : [{ name, text: query, values }, ...others];
  }
  const { text, values, name: own, submit } = query as pg.QueryConfig & { submit?: unknown };
  const name =
    own === undefined && submit === undefined && (values?.length ?? 0) > 0 ? nameOf(text) : undefined;
  return name === undefined ? [query, ...rest] : [{ ...(query as object), name }, ...rest];
}

/** The name under which each connection prepares this text; undefined: none, it is planned at each call. */
export function nameOf(text: string): string | undefined {
  return names.get(text) ?? (DEPENDS_ON_VALUES.test(text) ? undefined : remember(names, 's', text));
}

/** The same where all statements keep one plan, those that count among them. */
export function onePlanNameOf(text: string): string | undefined {
  return nameOf(text) ?? onePlanNames.get(text) ?? remember(onePlanNames, 'p', text);
}

function remember(known: Map<string, string>, letter: string, text: string): string | undefined {
  if (known.size >= MAX_NAMED) return undefined;
  const name = `${letter}${known.size}`;
  known.set(text, name);
  return name;
}
