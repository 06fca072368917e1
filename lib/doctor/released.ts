/** The day of this version, fixed, so that two builds make the same bytes: no clock that is right shows an earlier one. */
export const RELEASED = "2026-11-27";
