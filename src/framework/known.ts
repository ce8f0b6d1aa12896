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
