import { randomUUID } from 'node:crypto';
import bcrypt from 'bcrypt';
import type { RequestHandler } from 'express';
import type pg from 'pg';

const ACCOUNT = `
  select id, password_hash from users
   where system_id = $1 and lower(username) = lower($2) and status = 'active'`;

const SESSION = `insert into sessions (sid, sess, expire) values ($1, $2, now() + interval '12 hours')`;

/**
 * The least that a sign-in must do: find the account, compare the password, store a session, set its cookie. No
 * slow-down, no history, no second factor, nobody's old session is thrown away.
 */
export function signInBare(pool: pg.Pool): RequestHandler {
  return async (req, res) => {
    const { system, username, password } = req.body;
    const { rows } = await pool.query(ACCOUNT, [system, username]);
    const [account] = rows;
    if (account === undefined || !(await bcrypt.compare(password, account.password_hash))) {
      return void res.sendStatus(422);
    }
    const sid = randomUUID();
    await pool.query(SESSION, [sid, JSON.stringify({ userId: account.id })]);
    res.cookie('sid', sid, { httpOnly: true, sameSite: 'lax' });
    res.redirect(303, '/');
  };
}
