import type { OfficeKind } from '../offices/types.ts';

/** One assignment of an office, whether its person may still sign in or not. */
export interface OfficeAssignment {
  nodeId: string;
  userId: string;
  name: string;
  active: boolean;
}

/** As much of an office as decides which sub-indicators are its business. */
export interface AssignedOffice {
  id: string;
  kind: OfficeKind;
  /** `สพป`, `สพม`; null for bureaus. */
  type: string | null;
  name: string;
  shortName: string;
  /** Fiscal years, Buddhist Era. */
  validFrom: number;
  validTo: number | null;
}

/** The person to whom sub-indicators are assigned. */
export interface AssignedPerson {
  id: string;
  name: string;
  username: string;
  position: string;
  active: boolean;
  office: AssignedOffice;
}

/** The published framework of a fiscal year, in its latest revision. */
export interface FrameworkYear {
  id: string;
  version: number;
  fiscalYear: number;
}

/** Somebody who can be asked, and the sub-indicators of one framework that are assigned to them. */
export interface Contact {
  id: string;
  officeId: string;
  name: string;
  position: string;
  phone: string;
  email: string;
  nodeIds: string[];
}

export interface Assignment {
  userId: string;
  nodeId: string;
}

export interface AssignmentEvent extends Assignment {
  kind: 'assigned' | 'removed';
}

/** What a form changes for one person. */
export interface AssignmentChange {
  added: string[];
  removed: string[];
}
