/** 中文：`p2p contact` 的帮助。 */
import type { help as english } from "../en/contact.ts";
import type { SameWords } from "../types.ts";

export const help: SameWords<typeof english> = {
  brief: "给密钥命名、比对安全码、接受更换的密钥",
  full: `联系人是密钥的名称。凡是需要对方或收件人的地方，都可以使用联系人名称。

示例：
  p2p contact add alice p2p1q… --address 192.168.1.5
  p2p contact verify alice
  p2p contact invite                               一行文字和二维码，让别人认识您
  p2p contact accept-key alice                     她换了密钥，并已确认`,
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
  show: {
    brief: "显示某个联系人的已知信息",
    full: `显示某个联系人的已知信息，每项一行：标签、制表符、内容。

示例：
  p2p contact show alice
  p2p contact show alice --json`,
    flags: {
      json: "输出一个 JSON 对象",
    },
    args: {
      name: "联系人",
    },
  },
  add: {
    brief: "添加联系人，或更改联系人的地址",
    full: `给密钥起一个名称。凡是需要对方或收件人的地方，都可以使用联系人名称。

示例：
  p2p contact add alice p2p1q… --address 192.168.1.5
  p2p contact add bob --address 10.0.0.7:9998      之前在那里应答的密钥
  p2p contact add carol                            从最近遇到的密钥中选择
  p2p contact add carol 'd94a 2fcb 88a6'           指纹以此开头的那一个`,
    flags: {
      address: "在哪里可以联系到对方",
    },
    args: {
      name: "如何称呼对方",
      key: "对方的密钥，或最近遇到的密钥的指纹；省略时为在 --address 遇到的密钥",
    },
  },
  rename: {
    brief: "给联系人改名",
    full: `给联系人改名。密钥、地址和是否已核实保持不变。

示例：
  p2p contact rename alice "Alice Li"
  p2p contact rename bob 鲍勃`,
    args: {
      from: "原来的名称",
      to: "新的名称",
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
  acceptKey: {
    brief: "今后采用某人更换后的密钥",
    full: `在显示新旧两个密钥之后，为联系人或地址采用另一个密钥：最近应答而被拒绝的那一个，或 KEY。
已核实的标记属于旧密钥：请重新比对安全码。

示例：
  p2p contact accept-key alice                     最近被拒绝的那个密钥
  p2p contact accept-key alice p2p1q… --yes        她通过其他途径给出的密钥`,
    flags: {
      yes: "对方已通过其他途径确认",
    },
    args: {
      name: "联系人或地址",
      key: "新密钥；省略时为最近被拒绝的那一个",
    },
  },
  block: {
    brief: "拒绝某人的呼叫和消息",
    full: `拒绝来自某个联系人，或来自在某个地址应答过的密钥的一切。

示例：
  p2p contact block mallory
  p2p contact block 192.168.1.66`,
    args: {
      name: "联系人或地址",
    },
  },
  unblock: {
    brief: "重新接受某人的呼叫和消息",
    full: `重新接受来自已屏蔽的联系人或地址的内容。

示例：
  p2p contact unblock mallory
  p2p contact unblock 192.168.1.66`,
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
  invite: {
    brief: "显示一行文字和二维码，让别人认识您",
    full: `显示邀请：您的密钥、可以联系到您的地址，以及建议的名称。邀请不是秘密。

示例：
  p2p contact invite
  p2p contact invite --name alice --address 192.168.1.5 --png me.png`,
    flags: {
      name: "您建议的名称",
      address: "在哪里可以联系到您；省略时为本机地址",
      noAddress: "不给出地址",
      png: "把二维码写成图片",
    },
  },
  accept: {
    brief: "把邀请变成联系人",
    full: `把邀请变成联系人：一行文字，或其二维码的图片。“-”表示从标准输入读取。

示例：
  p2p contact accept p2p://ab… --name alice
  p2p contact accept photo.jpg`,
    flags: {
      name: "如何称呼对方；省略时为对方建议的名称",
    },
    args: {
      invitation: "p2p://… 一行文字，或图片",
    },
  },
  export: {
    brief: "把联系人写入文件",
    full: `把所有联系人写入文件，由您签名，并为您（以及 -r 指定的人）加密。

示例：
  p2p contact export contacts.p2p
  p2p contact export -r bob for-bob.p2p            bob 可以导入，但不带您的标记`,
    flags: {
      recipient: "另一个可以读取的人",
    },
    args: {
      file: "文件；省略时为标准输出",
    },
  },
  import: {
    brief: "从文件取得联系人",
    full: `从 “p2p contact export” 的文件取得联系人。凡与现有内容冲突的都会指出并略过。

示例：
  p2p contact import contacts.p2p
  p2p contact import --from alice for-bob.p2p      alice 为您导出的联系人`,
    flags: {
      from: "除您自己以外，必须由谁签名",
    },
    args: {
      file: "文件",
    },
  },
};
