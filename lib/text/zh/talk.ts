/** 中文：对话。 */
import type { SameCodes } from "../catalogue.ts";
import type { talk as english } from "../en/talk.ts";

export const talk: SameCodes<typeof english> = {};
