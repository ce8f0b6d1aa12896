import { z } from 'zod';
import { box, version } from '../../http/input.ts';
import { type PersonProblem, type PictureProblem, personFields, shownFields } from '../forms.ts';
import { MAIL_PREFERENCES } from '../types.ts';

/** แก้ไขข้อมูลส่วนบุคคล. Fields that nobody offers are refused. */
export const profileForm = z.strictObject({
  ...personFields,
  version,
  locale: z.enum(['th', 'en']),
  mailPreference: z.enum(MAIL_PREFERENCES),
  removeAvatar: box,
  ...shownFields,
  shownLocale: z.string().default(''),
  shownMailPreference: z.string().default(''),
});
export type ProfileForm = z.infer<typeof profileForm>;

export type ProfileProblems = Partial<
  Record<'name' | 'position' | 'phone' | 'email', PersonProblem> & { avatar: PictureProblem }
>;
