/** 中文：线路、会话、传输、对端。 */
import type { SameCodes } from "../catalogue.ts";
import type { protocol as english } from "../en/protocol.ts";

export const protocol: SameCodes<typeof english> = {
  "pair.second-message": "配对：对方发来了第二条消息",
  "pair.no-message": "配对：尚未收到对方的消息",
  "pair.invalid-share": "配对：对方发来的不是有效的点",
  "pair.other-code": "配对：两边的配对码不一致，或者有人在中间",
  "session.handshake-misused": "进行握手：顺序不对",
  "session.handshake-over": "读取握手：握手已经结束",
  "session.hello-malformed": "读取问候：格式不对",
  "port.record": "读取同端口程序的记录：格式错误",
  "session.hello-no-timestamp": "读取问候：没有时间戳",
  "session.hello-too-long": "读取问候：过长",
  "session.key-worn-out": "加密数据包：密钥已到使用上限，而对方没有更新密钥",
  "session.no-static-key": "读取握手：没有静态密钥",
  "session.nonces-used-up": "加密消息：随机数已用尽",
  "session.not-authentic": "解密消息：认证失败",
  "session.not-compressed": "检查密钥：不是压缩点",
  "session.other-index": "读取应答：索引被改动",
  "session.other-pattern": "读取应答：握手模式与请求的不同",
  "session.own-hello-too-long": "写入问候：文字过长",
  "session.too-many-forged": "解密数据包：同一会话中伪造的数据包过多",
  "session.truncated": "读取握手：数据不完整",
  "session.unexpected-payload": "读取发起消息：载荷不符",
  "session.no-transition": ({ trigger, state }) =>
    `切换连接状态：在 ${state} 状态下发生了 ${trigger}`,
  "peer.not-connected": "使用连接：尚未连接",
};
