/** 中文：`p2p ui` 的帮助。 */
import type { help as english } from "../en/ui.ts";
import type { SameWords } from "../types.ts";

export const help: SameWords<typeof english> = {
  brief: "在浏览器中打开 p2p 的窗口",
  full:
    `只在这台电脑上向您自己的浏览器提供 p2p 的页面并打开它：联系人、会话、群组、文件、语音、隐藏的消息。
显示的链接只能在一个浏览器中打开一次；按回车键显示新的链接。首次启动时在页面中创建身份；口令也在页面中输入，
除非由 --passphrase-file 或 --passphrase-fd 给出。无人使用时页面会自动锁定。按 Ctrl-C 结束。

示例：
  p2p ui                                          使用空闲端口和默认浏览器
  p2p ui --no-open --port 8700                    只显示链接
  p2p ui --save-dir ~/p2p --accept all            接收一切，保存在 ~/p2p 之下`,
  flags: {
    port: "页面的 TCP 端口（默认使用空闲端口）",
    noOpen: "不启动浏览器，只显示链接",
    listen: "供对方连接的 UDP 端口（默认 9999，如果空闲）",
    bind: "只在这个本地地址上等候对方",
    lock: "无人使用 N 分钟后锁定页面；0 表示从不锁定",
    saveDir: "把收到的文件保存在 DIR（默认 ~/Downloads，否则在状态文件夹之下）",
    accept: "不经询问即接收谁的文件（默认为联系人；其他人的会询问）",
  },
};
