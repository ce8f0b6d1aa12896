import { z } from 'zod';
import { box, line } from '../../http/input.ts';

/** What the page of a seal sends. */
export const sealForm = z.object({ reason: line, confirmed: box });
