import { z } from 'zod';
import { box, line, version } from '../../http/input.ts';

/** What the page of a publication sends; anything that no such page sends makes it unreadable. */
export const publishForm = z.object({ version, reason: line, confirmed: box });
