// Of the system and of PostgreSQL: no server there, the line broke, the server ends, starts, recovers or is full.
const LOST = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  '08000',
  '08001',
  '08003',
  '08004',
  '08006',
  '53300',
  '57P01',
  '57P02',
  '57P03',
]);

// pg and knex give these no code; knex puts the statement before it
const LOST_MESSAGE =
  /(?:^|- )(?:Connection (?:terminated|ended)|Client (?:has encountered a connection error|was closed)|timeout exceeded when trying to connect|Knex: Timeout acquiring a connection)[^\n]*$/;

/** Whether the error says that the database cannot be reached at the moment: worth trying again, nobody's fault. */
export function isDatabaseAway(error: unknown): boolean {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  if (typeof code === 'string' && LOST.has(code)) return true;
  return typeof message === 'string' && LOST_MESSAGE.test(message);
}

/** Whether a text contained a zero byte, which PostgreSQL does not hold. */
export function isZeroByte(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === '22021';
}

const VIOLATIONS = new Set(['23503', '23505', '23514']);

/** The constraint that a statement violated (unique, foreign key, check): a message beside the field can tell of it. */
export function violatedConstraint(error: unknown): string | undefined {
  const { code, constraint } = (error ?? {}) as { code?: unknown; constraint?: unknown };
  if (typeof code !== 'string' || !VIOLATIONS.has(code)) return undefined;
  return typeof constraint === 'string' ? constraint : undefined;
}
