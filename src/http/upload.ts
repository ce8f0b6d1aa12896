import type { RequestHandler } from 'express';
import multer, { MulterError } from 'multer';
import { AppError } from '../lib/errors.ts';

declare global {
  namespace Express {
    interface Request {
      /** Why the sent file was not taken; the form's other fields are there all the same. */
      fileProblem?: 'tooLarge';
    }
  }
}

const MAX_FIELDS = 40;
const MAX_FIELD_BYTES = 20_000;

/**
 * Reads a form with at most one file, of this field and at most so many bytes, into memory (`req.file`). Stands
 * behind sign-in and right. The file's field must be the form's last: of a file that is too large the fields
 * before it are kept, and `req.fileProblem` is for the message beside it. Any other file is a bad request.
 */
export function receiveFile(field: string, maxBytes: number): RequestHandler {
  const read = multer({
    storage: multer.memoryStorage(),
    limits: {
      files: 1,
      fileSize: maxBytes,
      fields: MAX_FIELDS,
      parts: MAX_FIELDS + 1,
      fieldSize: MAX_FIELD_BYTES,
      fieldNameSize: 100,
      headerPairs: 20,
    },
  }).single(field);
  return (req, res, next) => {
    read(req, res, (error: unknown) => {
      if (error instanceof MulterError && error.code === 'LIMIT_FILE_SIZE') {
        req.fileProblem = 'tooLarge';
        return next();
      }
      if (error instanceof MulterError && /^LIMIT_(FIELD|PART)/.test(error.code)) {
        return next(new AppError('tooLarge'));
      }
      // of another name, a second one, or not a form at all
      next(error === undefined || error === null ? undefined : new AppError('badRequest'));
    });
  };
}
