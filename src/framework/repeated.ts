/** The values that more than one item has, each with its items; items without a value are left out. */
export function repeated<Item, Value>(
  items: readonly Item[],
  keyOf: (item: Item) => Value | undefined,
): [Value, Item[]][] {
  const byValue = new Map<Value, Item[]>();
  for (const item of items) {
    const value = keyOf(item);
    if (value === undefined) continue;
    byValue.set(value, [...(byValue.get(value) ?? []), item]);
  }
  return [...byValue].filter(([, same]) => same.length > 1);
}
