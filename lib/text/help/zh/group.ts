/** 中文：`p2p group` 的帮助。 */
import type { SameWords } from "../types.ts";
import type { help as english } from "../en/group.ts";

export const help: SameWords<typeof english> = {
  brief: "群组：把几个人当作一个收件人",
  full:
    `创建群组，更改成员。群组没有服务器：每个成员的程序直接发给其他成员，并补发错过的消息。凡是可以写对方名字的地方，
都可以写 @NAME。

示例：
  p2p group create friends alice bob               三人群组（包括您）
  p2p chat @friends -m "在吗？"                       发给每个成员；不在线的稍后收到`,
  create: {
    brief: "创建群组",
    full:
      `创建名为 NAME 的群组，成员为 MEMBER（联系人或公钥）和您。名称只在本机有效，别人可以另取名称。联系人会自动加入，
其他人会先被询问。

示例：
  p2p group create friends alice bob               与两位联系人
  p2p group create 家人                            先只有您自己，以后再邀请`,
    args: {
      name: "群组名称，然后是成员",
    },
  },
  invite: {
    brief: "添加成员",
    full: `把 MEMBER 加入群组。他们会收到此后的消息。任何成员都可以添加别人。

示例：
  p2p group invite @friends carol                  一位联系人
  p2p group invite @friends p2p1…                  按公钥`,
    args: {
      group: "群组，然后是要添加的人",
    },
  },
  remove: {
    brief: "移出成员",
    full:
      `把 MEMBER 移出群组：凡是得知此事的成员都不再向其发送任何群消息。任何成员都可以移出别人；两人互相移出时，先加入的留下。

示例：
  p2p group remove @friends mallory                一位联系人
  p2p group remove @friends p2p1…                  按公钥`,
    args: {
      group: "群组",
      member: "要移出的人",
    },
  },
  rename: {
    brief: "更改群组在本机的名称",
    full:
      `从现在起把群组称为 NAME。与联系人的名称一样，群组名称属于各人自己：别人不会得知，任何成员也无法让您的群组
冒充另一个群组。

示例：
  p2p group rename @friends @climbing              只在本机生效
  p2p group rename "@friends 2" work               区分两个同名的群组`,
    args: {
      group: "群组",
      name: "新名称",
    },
  },
  leave: {
    brief: "离开群组",
    full: `离开群组。聊天记录会保留，直到您删除。

示例：
  p2p group leave @friends                         并告知其他成员
  p2p history delete @friends                      同时删除聊天记录`,
    args: {
      group: "群组",
    },
  },
  list: {
    brief: "列出群组",
    full: `列出群组：名称、您是否在其中、成员人数。

示例：
  p2p group list                                   每行一个
  p2p group list --json                            每行一个 JSON 对象`,
    flags: {
      json: "每行输出一个 JSON 对象",
    },
  },
  show: {
    brief: "显示群组及其成员",
    full: `显示群组的名称、标识和成员，创建者在最前。

示例：
  p2p group show @friends                          每行一个成员
  p2p group show @friends --json                   一个 JSON 对象`,
    flags: {
      json: "输出一个 JSON 对象",
    },
    args: {
      group: "群组",
    },
  },
};
