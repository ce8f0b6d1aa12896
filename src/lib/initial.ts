/** First letter of a name, without its title and without the vowels that Thai writes before a consonant. */
export function initialOf(name: string): string {
  const bare = name.trim().replace(/^(นางสาว|น\.ส\.|นาง|นาย|ดร\.|Mr\.?|Mrs\.?|Ms\.?|Dr\.?)\s*/, '');
  const letter = /[^เแโใไ\s]/u.exec(bare)?.[0] ?? '?';
  return letter.toUpperCase();
}
