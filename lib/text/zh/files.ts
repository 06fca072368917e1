/** 中文：磁盘上的文件。 */
import type { SameCodes } from "../catalogue.ts";
import type { files as english } from "../en/files.ts";

export const files: SameCodes<typeof english> = {};
