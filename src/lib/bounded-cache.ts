/**
 * Answers `make(key)` from memory where it can. Past `limit` keys the oldest is forgotten: a stream of previews
 * must not grow for ever. What `make` throws is not kept.
 */
export function cached<V>(limit: number, make: (key: string) => V): (key: string) => V {
  const known = new Map<string, V>();
  return (key) => {
    const hit = known.get(key);
    if (hit !== undefined) return hit;
    const value = make(key);
    const oldest = known.keys().next();
    if (known.size >= limit && !oldest.done) known.delete(oldest.value);
    known.set(key, value);
    return value;
  };
}
