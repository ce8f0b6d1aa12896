import Bowser from 'bowser';

/** Operating system and browser as the login history shows them, from the header that the browser sends. */
export function describeBrowser(userAgent: string): { os: string | null; browser: string | null } {
  if (userAgent === '') return { os: null, browser: null };
  const { os, browser } = Bowser.parse(userAgent.slice(0, 500));
  return { os: named(os.name, os.versionName ?? os.version), browser: named(browser.name, browser.version) };
}

function named(name: string | undefined, version: string | undefined): string | null {
  if (name === undefined || name === '') return null;
  return version === undefined ? name : `${name} ${version}`;
}
