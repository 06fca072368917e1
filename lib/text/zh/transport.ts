/** 中文：帧、数据包、流以及它们组成的连接。 */
import type { SameCodes } from "../catalogue.ts";
import type { transport as english } from "../en/transport.ts";

export const transport: SameCodes<typeof english> = {
  "frame.ack-below-zero": "读取帧：确认范围低于 0 号数据包",
  "frame.ack-delay": "读取帧：要求的确认延迟太短",
  "frame.ack-ranges": ({ ranges, limit }) =>
    `读取帧：一个确认含 ${ranges} 个范围，最多允许 ${limit} 个`,
  "frame.number-too-large": "读取帧：数值过大",
  "frame.overrun": ({ end, limit }) => `写入帧：写到第 ${end} 字节，而数据包只有 ${limit} 字节`,
  "frame.reason-too-long": ({ bytes, limit }, { size }) =>
    `读取帧：原因长 ${size(bytes)}，最多允许 ${size(limit)}`,
  "frame.second-ack": "读取帧：一个数据包里有多个确认",
  "frame.stream-too-long": "读取帧：流过长",
  "frame.truncated": "读取帧：内容被截断",
  "frame.unknown-type": ({ type }) => `读取帧：未知类型 ${type}`,
  "packet.message-too-long": ({ bytes, limit }, { size }) =>
    `写入握手：消息长 ${size(bytes)}，最多容纳 ${size(limit)}`,
  "packet.never-sent": "读取确认：所确认的数据包从未发出",
  "packet.unknown-kind": ({ kind }) => `读取数据报：未知的握手种类 ${kind}`,
  "packet.unknown-type": ({ type }) => `读取数据报：未知类型 ${type}`,
  "packet.unknown-version": ({ version }) => `读取数据报：未知版本 ${version}`,
  "stream.beyond-end": ({ offset }) => `接收流：数据到第 ${offset} 字节，超出了流的结尾`,
  "stream.end-changed": ({ was, now }) => `接收流：结尾从第 ${was} 字节变到了第 ${now} 字节`,
  "stream.finished": ({ stream }) => `写入流 ${stream}：该流已经结束`,
  "stream.never-opened": ({ stream }) => `接收帧：流 ${stream} 从未打开`,
  "stream.no-more": ({ limit }) => `打开流：对方目前最多允许 ${limit} 个`,
  "stream.over-credit": ({ offset, limit }) =>
    `接收流：数据到第 ${offset} 字节，只允许到第 ${limit} 字节`,
  "stream.ring-range": ({ length, capacity }) =>
    `搬移流数据：${length} 字节放不进 ${capacity} 字节的缓冲区`,
  "stream.too-many": ({ limit }) => `接收帧：流的数量超过了允许的 ${limit} 个`,
  "stream.too-many-gaps": ({ limit }) => `接收流：空缺超过 ${limit} 处`,
  "stream.unknown": ({ stream }) => `使用流 ${stream}：没有这个流`,
  "stream.urgency": ({ urgency, highest }) => `设置优先级：${urgency} 不在 0 到 ${highest} 之间`,
  "transport.closed": "使用连接：连接已关闭",
  "transport.over-credit": ({ bytes, limit }) => `接收数据：共 ${bytes} 字节，只允许 ${limit} 字节`,
};
