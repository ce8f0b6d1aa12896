/** Draws numbers evenly from [0, 1). */
export type Random = () => number;

/**
 * A source of numbers that depends on these keys alone: the same keys always draw the same numbers, whatever
 * else was drawn before.
 */
export function randomOf(...keys: readonly (string | number)[]): Random {
  let state = hash(keys.join(' '));
  // mulberry32
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/** Around `mean`, bell-shaped, never further away than 3.5 times `spread`. */
export function around(random: Random, mean: number, spread: number): number {
  return mean + (random() + random() + random() + random() - 2) * 1.73 * spread;
}

export function between(random: Random, low: number, high: number): number {
  return low + random() * (high - low);
}

export function pick<T>(random: Random, choices: readonly [T, ...T[]]): T {
  return choices[Math.floor(random() * choices.length)] ?? choices[0];
}

/** One of the names, as often as its share of all shares says. */
export function weighted<T extends string>(random: Random, shares: Readonly<Partial<Record<T, number>>>): T {
  const entries = Object.entries(shares) as [T, number][];
  let left = random() * entries.reduce((sum, [, share]) => sum + share, 0);
  for (const [name, share] of entries) {
    left -= share;
    if (left < 0) return name;
  }
  const [last] = entries.at(-1) ?? [];
  if (last === undefined) throw new Error('nothing to choose from');
  return last;
}

/** Remembers the answers by key: for what depends on the key alone and is asked for every value. */
export function remembered<T>(answer: (key: string) => T): (key: string) => T {
  const known = new Map<string, T>();
  return (key) => {
    const before = known.get(key);
    if (before !== undefined) return before;
    const found = answer(key);
    known.set(key, found);
    return found;
  };
}

// FNV-1a
function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    state = Math.imul(state ^ text.charCodeAt(at), 0x01000193);
  }
  return state;
}
