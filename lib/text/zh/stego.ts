/** 中文：图片与隐藏消息。 */
import type { SameCodes } from "../catalogue.ts";
import type { stego as english } from "../en/stego.ts";

export const stego: SameCodes<typeof english> = {};
