import type { Request } from 'express';
import passport from 'passport';
import { Strategy as LocalStrategy } from 'passport-local';
import type { AppContext } from '../http/context.ts';
import { systemOf } from '../http/current-user.ts';
import { findCurrentUser } from '../users/queries.ts';
import { signIn } from './actions.ts';
import { plainAddress } from './rules.ts';
import { slowDown } from './slow-down.ts';
import type { SignInOrigin, SignInResult } from './types.ts';

/** The passport of one application: nothing is shared between applications of one process. */
export type AppPassport = InstanceType<typeof passport.Passport>;

/** What the strategy says when it does not let somebody in. */
export interface Refusal {
  message: Exclude<SignInResult['outcome'], 'success'>;
  waitSeconds: number;
}

/** What it says of who is let in: to which password that was due. */
export interface Proof {
  stamp: string;
}

/**
 * Username and password of the system that the path belongs to. The person is loaded afresh with every
 * request (together with the session): who was disabled, or has an account in another system only, is simply signed out.
 */
export function passportFor(context: AppContext): AppPassport {
  const ours = new passport.Passport();
  const slow = slowDown(context.db, { cleanUp: !context.config.test });

  ours.use(
    new LocalStrategy({ passReqToCallback: true }, (req, username, password, done) => {
      signIn(context, slow, { ...originOf(req, username), password }).then((result) => {
        if (result.outcome === 'success') {
          const proof: Proof = { stamp: result.stamp };
          return done(null, result.user, proof as unknown as Refusal);
        }
        const refusal: Refusal = { message: result.outcome, waitSeconds: result.waitSeconds };
        done(null, false, refusal);
      }, done);
    }),
  );

  ours.serializeUser((user, done) => done(null, user.id));
  ours.deserializeUser<unknown, Request>((req, id, done) => {
    const { system, session } = req;
    if (system === undefined || session.systemCode !== system.code || typeof id !== 'string') {
      return done(null, false);
    }
    if (req.sessionUser?.id === id) return done(null, req.sessionUser);
    findCurrentUser(context.db, id, system.id).then((user) => done(null, user ?? false), done);
  });
  return ours;
}

/** Where a request to sign in comes from. */
export function originOf(req: Request, username: string): SignInOrigin {
  const address = plainAddress(req.ip);
  return { systemId: systemOf(req).id, username, address, userAgent: req.get('user-agent') ?? '' };
}
