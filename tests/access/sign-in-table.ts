import { behindSignIn, everybody, type Row } from './expectations.ts';

const NO_TOKEN = '/krs/password/nobody-was-ever-sent-this';
const FACTOR = '/krs/profile/second-factor';

/** What leads to a session without a password, and what belongs to it. Open to everybody. */
export const SIGN_IN_OPEN_ROUTES = [
  'GET /:system/forgot',
  'POST /:system/forgot',
  'GET /:system/password/:token',
  'POST /:system/password/:token',
  'GET /:system/login/second-factor',
  'POST /:system/login/second-factor',
];

/** Forgotten passwords, links, second factor and sessions: who gets which answer. */
export const SIGN_IN_TABLE: Record<string, Row[]> = {
  'GET /:system/forgot': [{ what: 'the form', path: () => '/krs/forgot', expected: everybody(200) }],
  'POST /:system/forgot': [
    {
      what: 'an empty form',
      path: () => '/krs/forgot',
      fields: () => ({ account: '' }),
      expected: everybody(422),
    },
  ],
  'GET /:system/password/:token': [
    { what: 'an unknown link', path: () => NO_TOKEN, expected: everybody(404) },
  ],
  'POST /:system/password/:token': [
    {
      what: 'an unknown link',
      path: () => NO_TOKEN,
      fields: () => ({ password: 'a password of mine', again: 'a password of mine' }),
      expected: everybody(404),
    },
  ],
  'GET /:system/login/second-factor': [
    {
      what: 'without a password before it',
      path: () => '/krs/login/second-factor',
      expected: everybody(303),
    },
  ],
  'POST /:system/login/second-factor': [
    {
      what: 'without a password before it',
      path: () => '/krs/login/second-factor',
      fields: () => ({ code: '123456' }),
      expected: everybody(303),
    },
  ],
  'GET /:system/profile/second-factor': [
    { what: 'setting it up', path: () => FACTOR, expected: behindSignIn(200) },
  ],
  'POST /:system/profile/second-factor': [
    {
      what: 'a code, before the page was opened',
      path: () => FACTOR,
      fields: () => ({ code: '123456' }),
      freshSession: true,
      expected: behindSignIn(409),
    },
  ],
  'GET /:system/profile/second-factor/recovery-codes': [
    { what: 'where none were made', path: () => `${FACTOR}/recovery-codes`, expected: behindSignIn(200) },
  ],
  'GET /:system/profile/second-factor/recovery-codes.txt': [
    { what: 'where none were made', path: () => `${FACTOR}/recovery-codes.txt`, expected: behindSignIn(303) },
  ],
  'POST /:system/profile/second-factor/recovery-codes': [
    {
      what: 'of nothing',
      path: () => `${FACTOR}/recovery-codes`,
      fields: () => ({ password: 'x', code: '123456' }),
      expected: behindSignIn(409),
    },
  ],
  'POST /:system/profile/second-factor/delete': [
    {
      what: 'of nothing',
      path: () => `${FACTOR}/delete`,
      fields: () => ({ password: 'x', code: '123456' }),
      expected: behindSignIn(409),
    },
  ],
  'GET /:system/profile/sessions': [
    { what: 'the own ones', path: () => '/krs/profile/sessions', expected: behindSignIn(200) },
  ],
  'POST /:system/profile/sessions/delete': [
    {
      what: 'all others',
      path: () => '/krs/profile/sessions/delete',
      fields: () => ({}),
      expected: behindSignIn(303),
    },
  ],
  'POST /:system/profile/sessions/:handle/delete': [
    {
      what: 'of nobody',
      path: () => '/krs/profile/sessions/0123456789abcdef/delete',
      fields: () => ({}),
      expected: behindSignIn(404),
    },
  ],
};
