import { assembleFramework } from './assemble.ts';
import { documentToRows } from './document-rows.ts';
import type { FrameworkDocument } from './format.ts';
import type { Framework } from './types.ts';

/**
 * A checked document as a framework in memory, without a database. Its ids are readable: a sub-indicator's is its
 * code, a variable's `11.2/a`, a bureau's what the file calls it.
 */
export function offlineFramework(document: FrameworkDocument): Framework {
  const rows = documentToRows(document, {
    framework: `${document.system} ${document.fiscal_year}`,
    system: document.system,
    node: (kind, code) => (kind === 'sub_indicator' ? code : `${kind} ${code}`),
    variable: (subIndicatorCode, code) => `${subIndicatorCode}/${code}`,
    bureau: (reference) => reference,
    office: (code) => code,
  });
  return assembleFramework(rows);
}
