/** 中文：帧、数据包、流以及它们组成的连接。 */
import type { SameCodes } from "../catalogue.ts";
import type { transport as english } from "../en/transport.ts";

export const transport: SameCodes<typeof english> = {
  "frame.overrun": ({ end, limit }) => `写帧：写到第 ${end} 字节，而数据包只有 ${limit} 字节`,
  "stream.ring-range": ({ length, capacity }) =>
    `搬移流数据：${length} 字节放不进 ${capacity} 字节的缓冲区`,
};
