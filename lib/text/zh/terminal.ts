/** 中文：终端。 */
import type { SameCodes } from "../catalogue.ts";
import type { terminal as english } from "../en/terminal.ts";

export const terminal: SameCodes<typeof english> = {
  "terminal.write-stdout": ({ reason }, { text }) => `写入标准输出：${text(reason)}`,
  "terminal.no-answer": "询问口令：终端没有应答",
  "terminal.interrupted": "询问口令：已中断",
  "terminal.too-long": ({ limit }) => `询问口令：该行超过 ${limit} 字节`,
  "terminal.warning": ({ what }, { text }) => `p2p: 警告：${text(what)}`,
  "terminal.progress": ({ label, done, total, rate, left, detail }, { size, duration }) => {
    const whole = total !== undefined && total > 0;
    return [
      label,
      ...(whole ? [`${Math.min(100, Math.floor((done / total) * 100))} %`] : []),
      ...(detail > 1 || !whole ? [whole ? `${size(done)} / ${size(total)}` : size(done)] : []),
      ...(detail > 0 ? [`${size(rate)}/s`] : []),
      ...(left === undefined ? [] : [`剩余 ${duration(left)}`]),
    ].join("  ");
  },
};
