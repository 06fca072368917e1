/** 中文：`p2p contact` 的帮助。 */
import type { help as english } from "../en/contact.ts";
import type { SameWords } from "../types.ts";

export const help: SameWords<typeof english> = {
  brief: "给密钥命名、比对安全码、忘记已更换的密钥",
  full: `联系人是密钥的名称。凡是需要对方或收件人的地方，都可以使用联系人名称。

示例：
  p2p contact add alice p2p1q… --address 192.168.1.5
  p2p contact verify alice
  p2p contact forget 10.0.0.7:9998                那里的人换了密钥，并已确认`,
  list: {
    brief: "列出联系人",
    full: `列出联系人：名称、密钥、地址、是否已核实；以制表符分隔。

示例：
  p2p contact list
  p2p contact list --json`,
    flags: {
      json: "每行输出一个 JSON 对象",
    },
  },
  add: {
    brief: "添加联系人，或更改联系人的地址",
    full: `给密钥起一个名称。凡是需要对方或收件人的地方，都可以使用联系人名称。

示例：
  p2p contact add alice p2p1q… --address 192.168.1.5
  p2p contact add bob --address 10.0.0.7:9998      之前在那里应答的密钥`,
    flags: {
      address: "在哪里可以联系到对方",
    },
    args: {
      name: "如何称呼对方",
      key: "对方的密钥；省略时为在 --address 遇到的密钥",
    },
  },
  remove: {
    brief: "删除联系人",
    full: `删除联系人；之后可以重新认识其密钥。

示例：
  p2p contact remove alice
  p2p contact remove "Li Lei"`,
    args: {
      name: "联系人",
    },
  },
  verify: {
    brief: "与某人比对安全码",
    full: `显示安全码：60 个数字，若中间没有他人冒充，双方看到的完全相同。

示例：
  p2p contact verify alice
  p2p contact verify 192.168.1.5 --yes`,
    flags: {
      yes: "已经比对过，确认相同",
    },
    args: {
      name: "联系人或地址",
    },
  },
  forget: {
    brief: "忘记某个地址上应答过的密钥",
    full: `在密钥的主人确认已更换之后，忘记与某个地址绑定的密钥。

示例：
  p2p contact forget 192.168.1.5
  p2p contact forget '[2001:db8::7]:9998'`,
    args: {
      ip: "遇到该密钥的地址",
    },
  },
};
