/** What went wrong, as the error page and the API tell it: a name from the catalogue and an HTTP status. */
export class AppError extends Error {
  readonly code: AppErrorCode;
  readonly status: number;
  /** Numbers and names that the message mentions. */
  readonly details: Record<string, string | number>;

  constructor(code: AppErrorCode, details: Record<string, string | number> = {}) {
    super(code);
    this.name = 'AppError';
    this.code = code;
    this.status = STATUS_OF[code];
    this.details = details;
  }
}

const STATUS_OF = {
  badRequest: 400,
  crossSite: 403,
  forbidden: 403,
  notFound: 404,
  conflict: 409,
  sealed: 409,
  invalidForm: 422,
  tooLarge: 413,
  tooManyRequests: 429,
  unavailable: 503,
} as const;

export type AppErrorCode = keyof typeof STATUS_OF;

/** It does not exist, or it is not yours to see: the caller must not learn which. */
export function notFound(): AppError {
  return new AppError('notFound');
}

/** It is yours to see, but you may not do this. */
export function forbidden(): AppError {
  return new AppError('forbidden');
}
