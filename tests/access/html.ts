const TAG = /<([a-z][\w-]*)((?:[^>"']|"[^"]*"|'[^']*')*)>/gi;
const ATTRIBUTE = /([^\s=>"'/]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g;
const EMBEDDING = new Set(['style', 'iframe', 'object', 'embed', 'base', 'applet', 'frame']);
/** To write or to call somebody: an address that carries nothing but the address. */
const CONTACT = /^(?:mailto:(?:[\w.@%~!*()-]|&#39;)+|tel:[\d+]+)$/;
const ADDRESSES = new Set(['src', 'href', 'action', 'formaction', 'poster', 'data', 'xlink:href']);

/**
 * What a page must not contain: anything that runs or is styled inline, embeds a foreign page or leads a
 * browser to another site. Each finding is the tag as it stands in the page.
 */
export function htmlProblems(html: string): string[] {
  return [...html.matchAll(TAG)].flatMap(([tag, name = '', rest = '']) =>
    isProblem(name.toLowerCase(), attributesOf(rest)) ? [tag.slice(0, 200)] : [],
  );
}

function isProblem(name: string, attributes: Map<string, string>): boolean {
  if (EMBEDDING.has(name) || (name === 'script' && !attributes.has('src'))) return true;
  return [...attributes].some(
    ([key, value]) =>
      /^on/.test(key) ||
      key === 'style' ||
      key === 'srcdoc' ||
      key.startsWith('hx-on') ||
      (ADDRESSES.has(key) && !isAllowed(name, key, value)),
  );
}

function isAllowed(name: string, key: string, value: string): boolean {
  if (name === 'a' && key === 'href' && CONTACT.test(value)) return true;
  // a picture that stands in the page itself is loaded from nowhere, and in an img it runs nothing
  if (name === 'img' && key === 'src' && value.startsWith('data:image/svg+xml;base64,')) return true;
  return /^(?:\/(?!\/)|[#?]|$)/.test(value);
}

function attributesOf(text: string): Map<string, string> {
  return new Map(
    [...text.matchAll(ATTRIBUTE)].map(([, key = '', double, single, bare]) => [
      key.toLowerCase(),
      double ?? single ?? bare ?? '',
    ]),
  );
}
