import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UNICODE_RANGES } from '../src/http/assets.ts';
import { catalogueKeys } from '../src/i18n/index.ts';
import { findings, PROJECT, readSources, withoutComments } from './support/sources.ts';

const views = readSources(['views'], ['.ejs']);
const code = readSources(['src'], ['.ts'])
  .filter(({ path }) => !path.startsWith('src/i18n/'))
  .map((file) => ({ ...file, text: withoutComments(file.text) }));
const keys = catalogueKeys();
const areas = [...new Set([...keys].map((key) => key.split('.')[0]))];

describe('the catalogue', () => {
  it('has every key that a view names', () => {
    const named = /\bt\(\s*'([^']+)'\s*([,)])/g;
    const begun = /\bt\(\s*(?:`([^`$]*)\$\{|'([^']+)'\s*\+)/g;
    const missing = views.flatMap(({ path, text }) => [
      ...[...text.matchAll(named)]
        .filter(([, key = '']) => !keys.has(key))
        .map(([, key]) => `${path} ${key}`),
      ...[...text.matchAll(begun)]
        .map(([, template, literal]) => template ?? literal ?? '')
        .filter((start) => !beginsKey(start))
        .map((start) => `${path} ${start}…`),
    ]);
    expect(missing).toEqual([]);
  });

  it('has every key that the program names', () => {
    const literal = new RegExp(`'((?:${areas.join('|')})\\\\.[A-Za-z][\\\\w.]*)'`, 'g');
    const missing = code.flatMap((file) =>
      [...file.text.matchAll(literal)]
        .filter(([, key = '']) => !keys.has(key) && !beginsKey(key) && !isOther(key))
        .map(([, key]) => `${file.path} ${key}`),
    );
    expect(missing).toEqual([]);
  });
});

describe('views', () => {
  it('print nothing unescaped', () => {
    expect(views.flatMap((view) => findings(view, /<%-(?!\s*include\()[^%]*/g))).toEqual([]);
  });

  it('have no script and no style of their own', () => {
    const inline =
      /<script(?![^>]*\ssrc=)[^>]*>|<style|\sstyle\s*=|\son[a-z]+\s*=\s*["']|javascript:|hx-on/gi;
    // a letter is no page of ours: a mail program reads no style sheet
    const pages = views.filter(({ path }) => path !== 'views/mail/letter.ejs');
    // what EJS computes is not markup
    const markup = pages.map((view) => ({ ...view, text: view.text.replace(/<%[\s\S]*?%>/g, keepLines) }));
    expect(markup.flatMap((view) => findings(view, inline))).toEqual([]);
  });

  it('use icons that the sprite has', () => {
    const listed = new Set(iconNames());
    expect(listed.size).toBeGreaterThan(20);
    const used = [...views, ...readSources(['public/js'], ['.js'])].flatMap(({ path, text }) =>
      [...text.matchAll(/icons\.svg'\) %>#([a-z0-9-]+)"/g)].map(([, name = '']) => ({ path, name })),
    );
    const named = code.flatMap(({ path, text }) =>
      [...text.matchAll(/\bicon: '([a-z0-9-]+)'/g)].map(([, name = '']) => ({ path, name })),
    );
    const missing = [...used, ...named].filter(({ name }) => !listed.has(name));
    expect(missing.map(({ path, name }) => `${path} ${name}`)).toEqual([]);
  });
});

/** A key that the program completes: `errors.title.` or a group handed to `t` with a name after it. */
function beginsKey(start: string): boolean {
  return [...keys].some((key) => key.startsWith(start));
}

/** Words of the same shape that are no keys: rights ('entry.save') and the like. */
function isOther(text: string): boolean {
  return readFileSync(join(PROJECT, 'src/http/rights.ts'), 'utf8').includes(`'${text}'`);
}

function keepLines(text: string): string {
  return text.replace(/[^\n]/g, ' ');
}

function iconNames(): string[] {
  const assets = readFileSync(join(PROJECT, 'src/http/assets.ts'), 'utf8');
  const list = /const ICONS = \[([\s\S]*?)\]/.exec(assets)?.[1] ?? '';
  return [...list.matchAll(/'([a-z0-9-]+)'/g)].map(([, name = '']) => name);
}

describe('what is shown', () => {
  it('is written in letters that our font has: others would be empty boxes', () => {
    const ranges = Object.values(UNICODE_RANGES)
      .flatMap((list) => list.split(','))
      .map((range) =>
        range
          .slice(2)
          .split('-')
          .map((point) => Number.parseInt(point, 16)),
      );
    const isShown = (letter: string) => {
      const point = letter.codePointAt(0) ?? 0;
      return ranges.some(([first = 0, last = first]) => point >= first && point <= last);
    };
    const texts = [...readSources(['src/i18n'], ['.ts']), ...readSources(['public/js'], ['.js'])];
    const shown = [...views, ...texts.map((file) => ({ ...file, text: withoutComments(file.text) }))];
    expect(
      shown.flatMap(({ path, text }) =>
        [...new Set(text)].filter((letter) => !isShown(letter)).map((letter) => `${path} ${letter}`),
      ),
    ).toEqual([]);
  });
});
