import type { Framework, FrameworkNode, SubIndicator } from '../framework/types.ts';
import type { Office } from '../offices/types.ts';
import { concerns, needsReporter } from './rules.ts';
import type { AssignedOffice, Contact } from './types.ts';

/** The certifying side of a sub-indicator. */
export interface CertifierSide {
  id: string;
  name: string;
  people: Contact[];
  /** Nobody is assigned in the bureau, so everybody is. */
  everybody: boolean;
}

export interface ListedSubIndicator {
  sub: SubIndicator;
  people: Contact[];
  everybody: boolean;
  /** Only central data: nobody of the office has to type anything. */
  central: boolean;
  /** Somebody has to be responsible, and nobody is. */
  lacking: boolean;
  /** Of a district office's sub-indicators; empty on a bureau's own list. */
  certifiers: CertifierSide[];
}

export interface AssignmentList {
  groups: { dimension: FrameworkNode; rows: ListedSubIndicator[] }[];
  total: number;
  lacking: number;
  /** The office's own people, who can be given more. */
  people: Contact[];
  nobodyYet: boolean;
  /** The bureaus that occur, with everybody in them. */
  bureaus: { id: string; name: string; people: Contact[] }[];
}

export interface ListInput {
  framework: Framework;
  office: AssignedOffice;
  /** Only sub-indicators with a variable of this bureau; null: all. */
  ofBureau: string | null;
  bureaus: readonly Office[];
  contacts: readonly Contact[];
}

/** Which bureaus certify something that the list shows: their people are asked for together with the office's. */
export function bureausOf(input: Pick<ListInput, 'framework' | 'office' | 'ofBureau'>): string[] {
  if (input.office.kind !== 'district') return [];
  return [...new Set(listedOf(input).flatMap((sub) => sub.variables.map(({ bureauId }) => bureauId)))];
}

/** รายการมอบหมายตัวชี้วัด: who is responsible, and who certifies (manual KRS 2558, R66). */
export function assignmentList(input: ListInput, show: 'lacking' | undefined): AssignmentList {
  const { framework, office, contacts } = input;
  const rows = listedOf(input).map((sub) => listedSubIndicator(sub, input));
  const shown = rows.filter(({ lacking }) => show === undefined || lacking);
  const people = contacts.filter(({ officeId }) => officeId === office.id);
  const groups = framework.dimensions.map((dimension) => ({
    dimension,
    rows: shown.filter(({ sub }) => sub.path[0]?.id === dimension.id),
  }));
  const bureauIds = new Set(bureausOf(input));
  return {
    groups: groups.filter((group) => group.rows.length > 0),
    total: rows.length,
    lacking: rows.filter(({ lacking }) => lacking).length,
    people,
    nobodyYet: people.every(({ nodeIds }) => nodeIds.length === 0),
    bureaus: input.bureaus
      .filter(({ id }) => bureauIds.has(id))
      .map(({ id, shortName }) => ({
        id,
        name: shortName,
        people: contacts.filter(({ officeId }) => officeId === id),
      })),
  };
}

function listedOf({ framework, office, ofBureau }: Pick<ListInput, 'framework' | 'office' | 'ofBureau'>) {
  return framework.subIndicators.filter(
    (sub) =>
      concerns(sub, office, framework.fiscalYear) &&
      (ofBureau === null || sub.variables.some(({ bureauId }) => bureauId === ofBureau)),
  );
}

function listedSubIndicator(sub: SubIndicator, input: ListInput): ListedSubIndicator {
  const { office, bureaus, contacts } = input;
  const isDistrict = office.kind === 'district';
  const central = isDistrict && !needsReporter(sub);
  const { people, everybody } = isDistrict
    ? { people: assignedTo(sub, office.id, contacts), everybody: false }
    : bureauSide(sub, office.id, contacts);
  const certifying = new Set(isDistrict ? sub.variables.map(({ bureauId }) => bureauId) : []);
  return {
    sub,
    people,
    everybody,
    central,
    lacking: !central && people.length === 0,
    certifiers: bureaus
      .filter(({ id }) => certifying.has(id))
      .map(({ id, shortName }) => ({ id, name: shortName, ...bureauSide(sub, id, contacts) })),
  };
}

/** Those of a bureau to whom it is assigned; nobody assigned = all. */
function bureauSide(sub: SubIndicator, bureauId: string, contacts: readonly Contact[]) {
  const assigned = assignedTo(sub, bureauId, contacts);
  if (assigned.length > 0) return { people: assigned, everybody: false };
  return { people: contacts.filter(({ officeId }) => officeId === bureauId), everybody: true };
}

function assignedTo(sub: SubIndicator, officeId: string, contacts: readonly Contact[]): Contact[] {
  return contacts.filter((one) => one.officeId === officeId && one.nodeIds.includes(sub.id));
}
