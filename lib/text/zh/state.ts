/** 中文：p2p 记住的内容。 */
import type { SameCodes } from "../catalogue.ts";
import type { state as english } from "../en/state.ts";

export const state: SameCodes<typeof english> = {};
