const THAI_ZERO = '๐'.codePointAt(0) ?? 0;

/**
 * Reads a number as people type it: Thai digits, thousands separators and blanks are understood.
 * Returns its plain decimal form (`'1024362.5'`), or undefined when it is not a number.
 * Scientific notation, NaN and infinities are no numbers here.
 */
export function parseTypedNumber(text: string): string | undefined {
  const plain = withArabicDigits(text)
    .replace(/[\s\u00a0\u200b,]/g, '')
    .replace(/^\u2212/, '-');
  const match = /^([+-]?)(\d{1,40})(?:\.(\d{0,40}))?$/.exec(plain);
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = ''] = match;
  const digits = whole.replace(/^0+(?=\d)/, '');
  const tail = fraction.replace(/0+$/, '');
  const magnitude = tail === '' ? digits : `${digits}.${tail}`;
  return sign === '-' && magnitude !== '0' ? `-${magnitude}` : magnitude;
}

/** Thai digits become the digits that codes and names are stored with: `๑๑.๓` → `11.3`. */
export function withArabicDigits(text: string): string {
  return text.replace(/[๐-๙]/g, (digit) => String((digit.codePointAt(0) ?? 0) - THAI_ZERO));
}

/** How many digits stand behind the decimal point of a plain decimal. */
export function decimalsOf(plain: string): number {
  return plain.split('.')[1]?.length ?? 0;
}

/** `1024362.50` → `1,024,362.5`: separators for reading, no trailing zeros. */
export function formatNumber(plain: string): string {
  const [whole = '', fraction = ''] = plain.split('.');
  const tail = fraction.replace(/0+$/, '');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return tail === '' ? grouped : `${grouped}.${tail}`;
}
