import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

export const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

/** One file of the project, by its path from the project's folder. */
export interface SourceFile {
  path: string;
  text: string;
}

/** One import of a file: what it names, and whether only types are taken, which nothing remains of. */
export interface Import {
  from: SourceFile;
  /** `src/lib/errors.ts` for a file of ours, otherwise the package's name. */
  target: string;
  ours: boolean;
  typeOnly: boolean;
}

/** The files below these folders that end so, sorted. */
export function readSources(folders: readonly string[], extensions: readonly string[]): SourceFile[] {
  const paths = folders.filter((folder) => existsSync(join(PROJECT, folder))).flatMap(filesBelow);
  return paths
    .filter((path) => extensions.some((extension) => path.endsWith(extension)))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(PROJECT, path), 'utf8') }));
}

function filesBelow(folder: string): string[] {
  return readdirSync(join(PROJECT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

const IMPORT =
  /^(?:import|export)\s+(type\s)?[^'";]*?from\s+'([^']+)'|^import\s+'([^']+)'|\bimport\('([^']+)'\)/gm;

/** Every import and re-export of a file, static or dynamic. */
export function importsOf(file: SourceFile): Import[] {
  return [...file.text.matchAll(IMPORT)].map(([, typeOnly, named, bare, dynamic]) => {
    const specifier = named ?? bare ?? dynamic ?? '';
    const ours = specifier.startsWith('.');
    const target = ours ? posix.join(dirname(file.path), specifier) : specifier;
    return { from: file, target, ours, typeOnly: typeOnly !== undefined };
  });
}

/** The code without comments, so that prose is not taken for code. */
export function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:'"`\\])\/\/.*$/gm, '$1');
}

/** `path:line` of every match, for a message that leads there. */
export function findings(file: SourceFile, pattern: RegExp, text = file.text): string[] {
  return [...text.matchAll(pattern)].map((match) => {
    const line = text.slice(0, match.index).split('\n').length;
    return `${file.path}:${line} ${match[0].trim().slice(0, 80)}`;
  });
}
