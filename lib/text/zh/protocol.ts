/** 中文：线路、会话、传输、对端。 */
import type { SameCodes } from "../catalogue.ts";
import type { protocol as english } from "../en/protocol.ts";

export const protocol: SameCodes<typeof english> = {};
