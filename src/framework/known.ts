/** What a framework file may refer to. */
export interface KnownThings {
  bureaus: readonly KnownBureau[];
  officeTypes: readonly string[];
  /** The offices that report in the year. */
  offices: readonly KnownOffice[];
}

export interface KnownOffice {
  id: string;
  /** As a file names it: its code, or its name in lists where it has none. */
  code: string;
  type: string | null;
  label: string;
}

export interface KnownBureau {
  id: string;
  code: string | null;
  name: string;
  shortName: string;
}

/** The bureaus with this code; where there is none, those with this name or short name. More than one is ambiguous. */
export function bureausNamed(bureaus: readonly KnownBureau[], reference: string): KnownBureau[] {
  const byCode = bureaus.filter((bureau) => bureau.code === reference);
  if (byCode.length > 0) return byCode;
  return bureaus.filter((bureau) => bureau.name === reference || bureau.shortName === reference);
}

/** The id of the bureau that a checked document names so. */
export function bureauIdOf({ bureaus }: KnownThings, reference: string): string {
  const [bureau] = bureausNamed(bureaus, reference);
  if (bureau === undefined) throw new RangeError('The document names an unknown bureau: it is unchecked');
  return bureau.id;
}

/** The id of the office that a checked document names so. */
export function officeIdOf({ offices }: KnownThings, code: string): string {
  const office = offices.find((one) => one.code === code);
  if (office === undefined) throw new RangeError('The document names an unknown office: it is unchecked');
  return office.id;
}
