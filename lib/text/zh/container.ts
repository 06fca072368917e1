/** 中文：加密文件。 */
import type { SameCodes } from "../catalogue.ts";
import type { container as english } from "../en/container.ts";

export const container: SameCodes<typeof english> = {};
