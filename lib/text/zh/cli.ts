/** 中文：命令及其参数。 */
import type { SameCodes } from "../catalogue.ts";
import type { cli as english } from "../en/cli.ts";

export const cli: SameCodes<typeof english> = {};
