/** 中文：终端。 */
import type { SameCodes } from "../catalogue.ts";
import type { terminal as english } from "../en/terminal.ts";

export const terminal: SameCodes<typeof english> = {};
