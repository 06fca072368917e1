/** 中文：录音与播放。 */
import type { SameCodes } from "../catalogue.ts";
import type { voice as english } from "../en/voice.ts";

export const voice: SameCodes<typeof english> = {};
