/** A line of text as a person means it: no control or invisible characters, single blanks; letters in one composition. */
export function cleanLine(typed: string): string {
  return typed
    .normalize('NFC')
    .replace(/[\u200b\ufeff\u202a-\u202e\u2066-\u2069]/g, '')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();
}
