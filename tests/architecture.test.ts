import { describe, expect, it } from 'vitest';
import {
  findings,
  type Import,
  importsOf,
  readSources,
  type SourceFile,
  withoutComments,
} from './support/sources.ts';

/** Between domains only leftwards; what stands in no list is put together at the top and may know everything. */
const ORDER = [
  ...['lib', 'i18n', 'config', 'db', 'storage', 'http', 'scoring', 'notifications', 'tasks'],
  ...['systems', 'offices', 'users', 'auth', 'framework', 'assignments', 'rounds', 'threads', 'scores'],
  ...['entries', 'certification', 'cycle', 'kpi', 'sar', 'reports'],
];
const FOUNDATION = new Set(['lib', 'i18n', 'config', 'db', 'storage', 'http', 'scoring', 'notifications']);
const FOUNDATION_KNOWS: Record<string, string[]> = {
  lib: [],
  i18n: ['lib'],
  config: ['lib'],
  db: ['lib', 'config'],
  storage: ['lib', 'config'],
  http: ['lib', 'i18n', 'config', 'db', 'storage'],
  scoring: ['lib'],
  notifications: ['lib', 'i18n', 'config', 'db', 'http'],
};
/** What each layer of a domain may use of the same domain; a file of another name is not restricted. */
const LAYER_KNOWS: Record<string, string[]> = {
  types: ['types'],
  rules: ['rules', 'transitions', 'types'],
  transitions: ['rules', 'transitions', 'types'],
  forms: ['rules', 'transitions', 'types', 'forms'],
  queries: ['rules', 'transitions', 'types', 'queries'],
  actions: ['rules', 'transitions', 'types', 'queries', 'forms', 'actions'],
};
const LAYERS = ['types', 'rules', 'transitions', 'forms', 'queries', 'actions', 'routes'];

const sources = readSources(['src'], ['.ts']);
const imports = sources.flatMap(importsOf).filter(({ ours }) => ours);

describe('dependencies', () => {
  it('between domains point leftwards', () => {
    const wrong = imports.filter(({ from, target }) => {
      const [user, used] = [areaOf(from.path), areaOf(target)];
      if (user === used || user === undefined) return false;
      if (used === undefined) return true;
      return FOUNDATION_KNOWS[user]?.includes(used) === false || ORDER.indexOf(used) > ORDER.indexOf(user);
    });
    expect(wrong.map(told)).toEqual([]);
  });

  it('inside a domain never point back', () => {
    const wrong = imports.filter(({ from, target, typeOnly }) => {
      const [user, used] = [layerOf(from.path), layerOf(target)];
      const known = user === undefined ? undefined : LAYER_KNOWS[user];
      // names taken from a table of data, of which nothing remains at run time
      if (user === 'types' && typeOnly && (used === 'rules' || used === 'transitions')) return false;
      if (known === undefined || used === undefined || areaOf(from.path) !== areaOf(target)) return false;
      return !known.includes(used);
    });
    expect(wrong.map(told)).toEqual([]);
  });

  it('on routes and forms end at the domain', () => {
    const wrong = imports.filter(({ from, target }) => {
      const used = layerOf(target);
      if (areaOf(from.path) === areaOf(target) || areaOf(target) === undefined) return false;
      const isTop = areaOf(from.path) === undefined;
      return (used === 'routes' || used === 'forms') && !isTop;
    });
    expect(wrong.map(told)).toEqual([]);
  });

  it('lead to files that exist', () => {
    const known = new Set(readSources(['src', 'seeds'], ['.ts', '.json']).map(({ path }) => path));
    expect(imports.filter(({ target }) => !known.has(target)).map(told)).toEqual([]);
  });
});

describe('layers', () => {
  const code = sources.map((file) => ({ ...file, text: withoutComments(file.text) }));

  it('keep SQL in queries.ts', () => {
    const elsewhere = code.filter(({ path }) => !path.startsWith('src/db/') && layerOf(path) !== 'queries');
    const sql =
      /\.raw\s*[(<](?!'select 1')|\b(?:db|trx)\(\s*['"`]|\b(?:insert into|delete from|update \w+ set)\s/g;
    expect(elsewhere.flatMap((file) => findings(file, sql))).toEqual([]);
  });

  it('keep transactions in actions.ts', () => {
    const elsewhere = code.filter(({ path }) => !path.startsWith('src/db/') && layerOf(path) !== 'actions');
    expect(elsewhere.flatMap((file) => findings(file, /\.transaction\(/g))).toEqual([]);
  });

  it('use no second connection within a transaction: all of them could be waited for', () => {
    const within = code.flatMap(({ path, text }) =>
      transactionsOf(text).map((body) => ({ path, text: body })),
    );
    expect(within.length).toBeGreaterThan(20);
    expect(within.flatMap((file) => findings(file, /\bdb\b(?!:)/g))).toEqual([]);
  });

  it('keep requests and answers in routes.ts and http/', () => {
    const wrong = sources
      .filter(
        ({ path }) => layerOf(path) !== 'routes' && !/^src\/(http\/|app|frame|auth\/passport)/.test(path),
      )
      .flatMap(importsOf)
      .filter(({ target }) => target === 'express');
    expect(wrong.map(told)).toEqual([]);
  });

  it('read the environment in config.ts only', () => {
    // PostgreSQL is a program of its own, which inherits the environment
    const allowed = ['src/config.ts', 'src/db/embedded-process.ts'];
    const elsewhere = code.filter(({ path }) => !allowed.includes(path));
    expect(elsewhere.flatMap((file) => findings(file, /process\.env/g))).toEqual([]);
  });
});

describe('files on the disk', () => {
  it('are the storage’s business, and that of what ends before anybody uploads', () => {
    const others =
      /^src\/(config|lib\/paths|http\/assets|notifications\/transport|db\/[a-z-]+|cli\/[a-z-]+)\.ts$/;
    const wrong = sources
      .filter(({ path }) => areaOf(path) !== 'storage' && !others.test(path))
      .flatMap(importsOf)
      .filter(({ target, typeOnly }) => !typeOnly && /^node:fs/.test(target));
    expect(wrong.map(told)).toEqual([]);
  });

  it('that were uploaded are found by the storage alone', () => {
    const allowed = /^src\/(config|server|storage\/.*|cli\/.*)(\.ts)?$/;
    const elsewhere = sources.filter(({ path }) => !allowed.test(path));
    expect(elsewhere.flatMap((file) => findings(file, /\buploadsDir\b/g))).toEqual([]);
  });
});

/** What is done within each transaction of a file. */
function transactionsOf(text: string): string[] {
  return text
    .split(/\.transaction\(/)
    .slice(1)
    .map((rest) => {
      let depth = 1;
      const end = [...rest].findIndex((letter) => {
        depth += letter === '(' ? 1 : letter === ')' ? -1 : 0;
        return depth === 0;
      });
      return rest.slice(0, end);
    });
}

describe('rules, transitions and scoring', () => {
  const byPath = new Map(sources.map((file) => [file.path, file]));
  const pure = closureOf(
    sources.filter(
      ({ path }) => ['rules', 'transitions'].includes(layerOf(path) ?? '') || areaOf(path) === 'scoring',
    ),
    byPath,
  );

  it('know no database, web, files, chance or clock, nor does anything they use', () => {
    const impure = /^(knex|pg|express|node:(fs|http|https|net\/|child_process|crypto|os|worker_threads).*)$/;
    const wrong = pure
      .flatMap(importsOf)
      .filter(({ target, ours, typeOnly }) => !ours && !typeOnly && impure.test(target));
    expect(wrong.map(told)).toEqual([]);
    const calls = /process\.env|Math\.random|randomUUID|Date\.now|new Date\(\)|performance\.now|setTimeout/g;
    expect(pure.flatMap((file) => findings(file, calls, withoutComments(file.text)))).toEqual([]);
  });

  it('are there', () => {
    expect(pure.length).toBeGreaterThan(15);
  });
});

describe('files', () => {
  it.each([
    ['src', 300],
    ['seeds', 300],
    ['views', 300],
    ['public/js', 300],
    ['tests', 400],
  ])('below %s have %i lines at most', (folder, limit) => {
    const long = readSources([folder], ['.ts', '.js', '.ejs']).filter((file) => linesOf(file) > limit);
    expect(long.map((file) => `${file.path}: ${linesOf(file)}`)).toEqual([]);
  });
});

function linesOf({ text }: SourceFile): number {
  return text.trimEnd().split('\n').length;
}

function areaOf(path: string): string | undefined {
  const [, first = '', second] = path.split('/');
  const area = second === undefined ? first.replace(/\.ts$/, '') : first;
  return FOUNDATION.has(area) || ORDER.includes(area) ? area : undefined;
}

function layerOf(path: string): string | undefined {
  const name = path.split('/').at(-1)?.replace(/\.ts$/, '');
  return name !== undefined && LAYERS.includes(name) ? name : undefined;
}

/** These files and everything of ours that they use at run time. */
function closureOf(start: readonly SourceFile[], byPath: ReadonlyMap<string, SourceFile>): SourceFile[] {
  const found = new Set(start);
  for (const file of found) {
    for (const { ours, typeOnly, target } of importsOf(file)) {
      const used = byPath.get(target);
      if (ours && !typeOnly && used !== undefined) found.add(used);
    }
  }
  return [...found];
}

function told({ from, target }: Import): string {
  return `${from.path} → ${target}`;
}
