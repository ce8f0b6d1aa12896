import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { LaunchOptions } from 'playwright-core';
import { projectRoot } from '../../src/lib/paths.ts';

// not the package's own list: its --single-process dies when a page closes
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  // every application has a port of its own: a window that goes on to the next one would get a new process
  '--disable-site-isolation-trials',
];
const require = createRequire(import.meta.url);

/** How Chromium is started: the one that CHROME_PATH names, otherwise the one that comes as an npm package. */
export async function chromiumOptions(): Promise<LaunchOptions> {
  const own = process.env.CHROME_PATH;
  if (own !== undefined && own !== '') return { executablePath: own, args: ARGUMENTS };
  const folder = await unpackedChromium();
  return {
    executablePath: join(folder, 'chromium'),
    args: ARGUMENTS,
    // the package brings the libraries that a bare Linux lacks
    env: {
      ...process.env,
      LD_LIBRARY_PATH: [join(folder, 'al2023/lib'), process.env.LD_LIBRARY_PATH].filter(Boolean).join(':'),
      FONTCONFIG_PATH: join(folder, 'fonts'),
    } as Record<string, string>,
  };
}

/**
 * The folder with the npm package's Chromium, unpacked once per version and user. Test files run at the same
 * time: each unpacks into a folder of its own, and the first one to be ready is the one that all use.
 */
async function unpackedChromium(): Promise<string> {
  const packageFolder = dirname(dirname(dirname(require.resolve('@sparticuz/chromium'))));
  const { version } = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8')) as {
    version: string;
  };
  const folder = join(tmpdir(), `chromium-${version}-${userInfo().uid}`);
  if (existsSync(folder)) return folder;
  const staging = await mkdtemp(join(tmpdir(), 'chromium-unpacking-'));
  await promisify(execFile)(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `import chromium from '@sparticuz/chromium'; await chromium.executablePath();`,
    ],
    // the package unpacks its libraries only where it believes to be on that service
    { cwd: projectRoot, env: { ...process.env, TMPDIR: staging, AWS_LAMBDA_JS_RUNTIME: 'nodejs22.x' } },
  );
  await writeFontConfig(staging, folder);
  await rename(staging, folder).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    await rm(staging, { recursive: true });
  });
  return folder;
}

async function writeFontConfig(staging: string, folder: string): Promise<void> {
  await mkdir(join(staging, 'fonts'), { recursive: true });
  await writeFile(
    join(staging, 'fonts/fonts.conf'),
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>` +
      `<dir>${folder}/fonts</dir><cachedir>${folder}/fonts-cache</cachedir></fontconfig>`,
  );
}
