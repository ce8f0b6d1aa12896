import type { DraftFramework, DraftSubIndicator } from './draft.ts';
import type { KnownOffice, KnownThings } from './known.ts';
import { isWithoutScope } from './lint-sub-indicator.ts';
import { withDescendants } from './lint-tree.ts';
import { type Problem, problem } from './problems.ts';

/** As many as a sentence can hold. */
const NAMED = 10;

/** Warnings about who reports what when: rounds without anything, offices and sub-indicators without each other. */
export function scopeProblems({ rounds, dimensions }: DraftFramework, known: KnownThings | null): Problem[] {
  const subIndicators = dimensions.flatMap(withDescendants).flatMap((node) => node.subIndicators);
  if (subIndicators.length === 0) return [];
  const offices = known?.offices ?? [];
  return [
    ...rounds.flatMap(({ fields: { kind }, place, path }): Problem[] => {
      if (kind === undefined) return [];
      const due = subIndicators.filter((sub) => isDue(sub, kind));
      const at = { place, path: [...path, 'kind'] };
      if (due.length === 0) return [problem(at, 'nothing_due', 'nothingDue', { round: kind })];
      const without = offices.filter((office) => !due.some((sub) => appliesTo(sub, office)));
      if (without.length === 0) return [];
      const values = { round: kind, offices: listed(without), n: without.length };
      return [problem(at, 'offices_without', 'officesWithout', values)];
    }),
    ...subIndicators
      .filter(
        (sub) =>
          !isWithoutScope(sub.fields) &&
          offices.length > 0 &&
          !offices.some((office) => appliesTo(sub, office)),
      )
      .map(({ place, path }) => problem({ place, path: [...path, 'office_types'] }, 'no_office', 'noOffice')),
  ];
}

function listed(offices: readonly KnownOffice[]): string {
  const names = offices.slice(0, NAMED).map(({ label }) => label);
  const more = offices.length - names.length;
  return more > 0 ? `${names.join(', ')} … (+${more})` : names.join(', ');
}

function isDue({ variables }: DraftSubIndicator, kind: string): boolean {
  return (
    variables.length > 0 &&
    variables.every(({ fields: { sources, open } }) => {
      const source = sources?.[kind];
      return open !== false && (source === 'office' || source === 'central');
    })
  );
}

function appliesTo({ fields }: DraftSubIndicator, { code, type }: KnownOffice): boolean {
  const exception = fields.office_exceptions?.find(({ office }) => office === code);
  return exception?.included ?? (type !== null && (fields.office_types ?? []).includes(type));
}
