// Values typed but not saved yet, kept in this browser per system, user, office and round: they survive a
// closed tab, a lost line and an expired session, and are offered to the same person only.

const PREFIX = 'draft:';

/** The draft under this key: { at, values: { name: { text, base } } }, or null. */
export function readDraft(key) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + key));
  } catch {
    return null;
  }
}

/** Keeps the draft; an empty one is removed. Answers whether the browser could keep it. */
export function writeDraft(key, values) {
  try {
    if (Object.keys(values).length === 0) localStorage.removeItem(PREFIX + key);
    else localStorage.setItem(PREFIX + key, JSON.stringify({ at: Date.now(), values }));
    return true;
  } catch {
    return false;
  }
}

/** Office computers are shared: signing out of a system removes its drafts. */
export function removeDrafts(system) {
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith(`${PREFIX}${system}:`)) localStorage.removeItem(key);
  }
}
