/** How far the clocks of Bangkok are ahead of UTC, all year. */
export const BANGKOK_OFFSET_MS = 7 * 3_600_000;
