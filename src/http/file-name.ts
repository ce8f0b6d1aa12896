const MAX_CHARACTERS = 255;
const MAX_ENDING = 20;
const NAMELESS = 'file';
// marks that turn the direction of writing, by which a program looks like a document
const TURNING = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/**
 * A sender's name for a file, fit to be shown and to be saved under: the last part of a path, no control
 * characters, at most 255 characters with its ending. Thai, emoji, quotes and blanks stay as they are.
 */
export function safeFileName(given: string): string {
  const lastPart = given.split(/[/\\]/).at(-1) ?? '';
  const name = lastPart
    .replace(/\p{Cc}+/gu, ' ')
    .replace(TURNING, '')
    .trim();
  return name === '' || /^\.+$/.test(name) ? NAMELESS : shorten(name);
}

/** The ending stays: by it a computer chooses the program to open a file with. */
function shorten(name: string): string {
  const characters = [...name];
  if (characters.length <= MAX_CHARACTERS) return name;
  const dot = characters.lastIndexOf('.');
  const ending = dot > 0 && characters.length - dot <= MAX_ENDING ? characters.slice(dot) : [];
  return [...characters.slice(0, MAX_CHARACTERS - ending.length), ...ending].join('');
}
