/** 中文：文件传输。 */
import type { SameCodes } from "../catalogue.ts";
import type { transfer as english } from "../en/transfer.ts";

export const transfer: SameCodes<typeof english> = {};
