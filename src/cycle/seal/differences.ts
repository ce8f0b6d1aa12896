import { canonicalText, type Plain } from './canonical.ts';
import { COMPARED, type SealDifference, type SealedContent } from './types.ts';

type Fields = { readonly [key: string]: Plain };

/** Everything in which a round as it is now is not what was sealed; missing and additional rows are told as such. */
export function sealDifferences(sealed: SealedContent, now: SealedContent): SealDifference[] {
  const nameOf = namer(sealed);
  return COMPARED.flatMap((part) => {
    if (part === 'framework') return frameworkDifferences(sealed, now, nameOf);
    const [was, is] = [sealed[part] as Plain, now[part] as Plain];
    return Array.isArray(was) || Array.isArray(is)
      ? listDifferences(part, rowsOf(was), rowsOf(is), nameOf)
      : fieldDifferences(part, fieldsOf(was), fieldsOf(is));
  });
}

function frameworkDifferences(sealed: SealedContent, now: SealedContent, nameOf: NameOf): SealDifference[] {
  const tables = [...new Set([...Object.keys(sealed.framework ?? {}), ...Object.keys(now.framework)])];
  return tables.flatMap((table) => {
    const [was, is] = [sealed.framework?.[table] ?? null, now.framework[table] ?? null];
    const where = `framework ${table}`;
    return Array.isArray(was) || Array.isArray(is)
      ? listDifferences(where, rowsOf(was), rowsOf(is), nameOf)
      : fieldDifferences(where, fieldsOf(was), fieldsOf(is));
  });
}

function listDifferences(
  part: string,
  sealed: readonly Fields[],
  now: readonly Fields[],
  nameOf: NameOf,
): SealDifference[] {
  const [was, is] = [byKey(sealed), byKey(now)];
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((key) => {
    const [before, after] = [was.get(key), is.get(key)];
    const where = `${part} ${nameOf((before ?? after) as Fields)}`;
    if (before === undefined) return [{ where, field: '', sealed: null, now: 'there' }];
    if (after === undefined) return [{ where, field: '', sealed: 'there', now: null }];
    return fieldDifferences(where, before, after);
  });
}

function fieldDifferences(where: string, was: Fields, is: Fields): SealDifference[] {
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].flatMap((field) => {
    const [before, after] = [textOf(was[field]), textOf(is[field])];
    return before === after ? [] : [{ where, field, sealed: before, now: after }];
  });
}

const KEY_FIELDS = ['id', 'office', 'variable', 'node', 'node_id', 'office_id', 'variable_id', 'round_kind'];

/** By what a row is known in its list; a list of entries has no ids of its own. */
function byKey(rows: readonly Fields[]): Map<string, Fields> {
  return new Map(
    rows.map((row) => {
      const fields = row.id === undefined ? KEY_FIELDS : ['id'];
      return [fields.map((field) => textOf(row[field]) ?? '').join(' '), row];
    }),
  );
}

type NameOf = (row: Fields) => string;

/** Rows by the names and codes of what they are about, as they were when it was sealed. */
function namer(sealed: SealedContent): NameOf {
  const nodes = new Map(rowsOf(sealed.framework?.nodes ?? null).map((row) => [row.id, row]));
  const variables = new Map(rowsOf(sealed.framework?.variables ?? null).map((row) => [row.id, row]));
  const codeOfNode = (id: Plain | undefined) => textOf(nodes.get(id ?? null)?.code) ?? textOf(id);
  const codeOfVariable = (id: Plain | undefined) => {
    const variable = variables.get(id ?? null);
    return variable === undefined ? textOf(id) : `${codeOfNode(variable.node_id)}/${textOf(variable.code)}`;
  };
  return (row) => {
    const office = row.office ?? row.office_id;
    const names = [
      office === undefined
        ? null
        : (textOf(sealed.names?.offices?.[String(office)]) ?? `office ${textOf(office)}`),
      row.variable !== undefined || row.variable_id !== undefined
        ? codeOfVariable(row.variable ?? row.variable_id)
        : null,
      row.node !== undefined || row.node_id !== undefined ? codeOfNode(row.node ?? row.node_id) : null,
      row.code === undefined ? null : textOf(row.code),
      row.round_kind === undefined ? null : textOf(row.round_kind),
    ];
    return names.filter((name) => name !== null).join(' · ');
  };
}

function rowsOf(value: Plain): readonly Fields[] {
  return Array.isArray(value) ? value.map(fieldsOf) : [];
}

function fieldsOf(value: Plain): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function textOf(value: Plain | undefined): string | null {
  if (value === undefined || value === null) return null;
  return typeof value === 'string' ? value : canonicalText(value);
}
