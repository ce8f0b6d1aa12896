import type { Db } from '../../src/db/database.ts';

// every half minute the systems are read anew, in the midst of whatever is counted
const SYSTEMS_READ_ANEW = /\bfrom systems s order by s\.id$/;

/** The statements that a database is sent while something happens, in order. */
export async function statementsDuring(db: Db, work: () => Promise<unknown>): Promise<string[]> {
  const statements: string[] = [];
  const note = ({ sql }: { sql: string }) => {
    if (!SYSTEMS_READ_ANEW.test(sql)) statements.push(sql);
  };
  db.on('query', note);
  try {
    await work();
  } finally {
    db.off('query', note);
  }
  return statements;
}

/** How many these are. */
export async function countStatements(db: Db, work: () => Promise<unknown>): Promise<number> {
  return (await statementsDuring(db, work)).length;
}
