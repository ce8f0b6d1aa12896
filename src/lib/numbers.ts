const THAI_ZERO = '๐'.codePointAt(0) ?? 0;

// 0,125 is nobody's hundred and twenty-five: a comma for the point
const TYPED_NUMBER = /^([+-]?)(\d{1,40}|[1-9]\d{0,2}(?:[, ]\d{3}){1,12}|(?=\.\d))(?:\.(\d{0,40}))?$/;

/**
 * Reads a number as people type it: Thai digits, thousands separated by commas or blanks, and `.5` are understood.
 * Returns its plain decimal form (`'1024362.5'`), or undefined when it is not a number. Scientific notation, NaN and
 * infinities are no numbers here, nor are separators that separate no thousands: `12,5` may be meant for 12.5.
 */
export function parseTypedNumber(text: string): string | undefined {
  const plain = withArabicDigits(text)
    .replace(/\u200b/g, '')
    .replace(/\s+/g, ' ')
    // only between two digits a blank can be a separator
    .replace(/(?<!\d) | (?!\d)/g, '')
    .replace(/^\u2212/, '-');
  const match = TYPED_NUMBER.exec(plain);
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = ''] = match;
  const digits = whole.replace(/[, ]/g, '').replace(/^0+(?=\d)/, '') || '0';
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
