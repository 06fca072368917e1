/** 中文：`p2p config` 的帮助。 */
import type { help as english } from "../en/config.ts";
import type { SameWords } from "../types.ts";

export const help: SameWords<typeof english> = {
  brief: "显示或更改设置",
  full: `命令行没有另行指定时，以设置为准。

  announce   listen 向局域网中所有人显示的名称：off（默认），或名称
  bell       终端响铃：off（默认）、mention（提到您时）、all（每条消息）
  expiry     无法送达的内容等待多久：30d（默认）、12h、45m、never
  history    是否保留往来内容：on（默认）、off
  language   显示给人看的文字的语言：auto（默认，由 P2P_LANG 和 LANG 决定）、en、zh
  mention    视为提到您的词："Alice, 小红"；默认为公布的名称
  notify     通过终端发送桌面通知：off（默认）、mention、all
  theme      p2p ui 页面的配色：system（默认，跟随系统）、light、dark
  times      终端上的消息是否带时间：on（默认）、off

示例：
  p2p config                       全部设置
  p2p config set language zh
  p2p config set expiry 7d`,
  list: {
    brief: "列出全部设置",
    full: `列出全部设置，以及它们是否被更改过。

示例：
  p2p config
  p2p config list --json`,
    flags: { json: "每行输出一个 JSON 对象" },
  },
  get: {
    brief: "显示一项设置",
    full: `显示当前有效的值。

示例：
  p2p config get expiry
  p2p config get language`,
    args: { name: "名称" },
  },
  set: {
    brief: "更改一项设置",
    full: `更改一项设置。

示例：
  p2p config set expiry 7d
  p2p config set history off`,
    args: { name: "名称", value: "新的值" },
  },
  unset: {
    brief: "把一项设置恢复为默认值",
    full: `把一项设置恢复为默认值。

示例：
  p2p config unset expiry
  p2p config unset language`,
    args: { name: "名称" },
  },
};
