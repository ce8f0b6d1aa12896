import { behindSignIn, type Row } from './expectations.ts';

/** The login history: everybody sees a part of it, another office's nobody but the KPI office. */
export const LOGINS_TABLE: Record<string, Row[]> = {
  'GET /:system/logins': [
    { what: 'the newest', path: () => '/krs/logins', expected: behindSignIn(200) },
    {
      what: 'filters',
      path: () => '/krs/logins?from=2019-10-01&outcome=failed&q=81',
      expected: behindSignIn(200),
    },
    { what: 'a date that is none', path: () => '/krs/logins?from=yesterday', expected: behindSignIn(422) },
    { what: 'an outcome that is none', path: () => '/krs/logins?outcome=maybe', expected: behindSignIn(200) },
  ],
  'GET /:system/logins.xlsx': [
    { what: 'a spreadsheet', path: () => '/krs/logins.xlsx', expected: behindSignIn(200) },
  ],
};
