/** 中文：套接字与地址。 */
import type { SameCodes } from "../catalogue.ts";
import type { net as english } from "../en/net.ts";

export const net: SameCodes<typeof english> = {};
