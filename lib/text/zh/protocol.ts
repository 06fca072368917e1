/** 中文：线路、会话、传输、对端。 */
import type { SameCodes } from "../catalogue.ts";
import type { protocol as english } from "../en/protocol.ts";

export const protocol: SameCodes<typeof english> = {
  "pair.second-message": "配对：对方发来了第二条消息",
  "pair.no-message": "配对：尚未收到对方的消息",
  "pair.invalid-share": "配对：对方发来的不是有效的点",
  "pair.other-code": "配对：两边的配对码不一致，或者有人在中间",
};
