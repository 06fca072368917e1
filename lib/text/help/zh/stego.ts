/** 中文：`p2p stego` 的帮助。 */
import type { help as english } from "../en/stego.ts";
import type { SameWords } from "../types.ts";

export const help: SameWords<typeof english> = {
  brief: "把加密的消息和文件隐藏在图片里",
  full: `把加密的消息和文件隐藏在图片里，并能从中取出。

示例：
  p2p stego hide cat.png "meet at nine"      询问口令，生成 cat.stego.png
  p2p stego reveal cat.stego.png             再次询问口令，显示消息
  p2p stego hide -r alice -f plan.pdf cat.png
  p2p stego capacity cat.png
  p2p stego check --cover cat.png cat.stego.png`,
  hide: {
    brief: "把消息或文件隐藏在图片里",
    full: `把一条消息（或用 -f 指定的文件）隐藏在图片里，并显示含有它的副本的路径。

PNG 保持原样：尺寸、位深、调色板、透明度以及其他所有数据块；只有某些颜色样本的最低位
会改变。JPEG、GIF 和 BMP 会被解码并转为 PNG。消息是加密的：用口令（-p），或用密钥（-r）。
两者都不给时会询问口令；没有终端时，则加密给您自己的身份。
之后图片不能再编辑、缩放，也不能以“照片”形式发送，否则消息会被破坏。

每张图片能容纳的内容有限（“p2p stego capacity”）。不指定 --level 时，放得下就用
stealth，否则用 quick。切勿在同一张图片里隐藏两次，也不要公开原图。
纯色区域（单色图片、图画、截图）里的任何改动都会被看出。其余部分放不下的消息
照样隐藏，并给出警告；指定 --level stealth 时则拒绝隐藏。

示例：
  p2p stego hide cat.png "meet at nine"                 询问口令，生成 cat.stego.png
  p2p stego hide -r alice cat.png "meet at nine"        给 alice 的密钥
  p2p stego hide -r alice --sign -f plan.pdf cat.png    一个文件，并证明发送者是谁
  p2p stego hide -p -f big.zip a.png b.png c.png        分散在多张图片里
  echo secret | p2p stego hide -p cat.png -o dog.png    取自标准输入`,
    flags: {
      message: "隐藏这段文字；此时所有参数都是图片",
      file: "隐藏这个文件（“-”表示标准输入）；此时所有参数都是图片",
      carrier: "再加一张图片，把消息分散在其中",
      passphrase: "知道口令的人可以取出",
      recipient: "持有此密钥的人可以取出：p2p1…、联系人、PEM 文件",
      level: "stealth：容量小，藏在难以察觉之处；quick：容量更大",
      output: "写入 OUT.png（“-”表示标准输出）；多张图片时为文件夹",
    },
    args: {
      img: "图片，然后是消息（省略或为“-”时取自标准输入）",
    },
  },
  reveal: {
    brief: "取出隐藏在图片里的内容",
    full: `取出“p2p stego hide”隐藏的内容。消息输出到标准输出。文件写入 OUT；不指定 -o 时，以其
自身的（经过安全处理的）名称写入当前文件夹，绝不覆盖已有的文件，然后显示其路径。

不指定 -p 和 -i 时，先尝试您的身份，再询问口令。没有隐藏内容的图片和错误的密钥看起来
完全一样：提示没有隐藏的消息，退出码为 3。

示例：
  p2p stego reveal cat.stego.png                        先用您的身份，否则询问口令
  p2p stego reveal -p cat.stego.png                     用口令
  p2p stego reveal --from alice -o plan.pdf cat.png     仅当由 alice 签名
  p2p stego reveal -p c.png a.png b.png                 分散在三张图片里的内容`,
    flags: {
      passphrase: "用口令取出",
      identity: "用 FILE 中的私钥取出，而不是本机身份",
      maxBytes: ({ byDefault }) => `拒绝超过 N 字节的隐藏文件或消息（默认 ${byDefault}）`,
    },
    args: {
      img: "图片；消息分散在多张图片里时，给出全部图片，顺序不限",
    },
  },
  capacity: {
    brief: "显示图片能容纳多少内容",
    full: `显示图片在每个级别能容纳多少字节。可压缩的消息和文件可以更长；文件名和签名（约 106
字节）也计算在内。隐藏得越少，越难被发现：stealth 容量的十分之一是合适的用量。
图片大部分是纯色时，stealth 只使用其余部分，并会说明。

示例：
  p2p stego capacity cat.png
  p2p stego capacity --json *.png`,
    flags: {
      json: "每张图片输出一个 JSON 对象",
    },
    args: {
      img: "图片",
    },
  },
  check: {
    brief: "显示经典检测方法在图片里看到了什么",
    full: `对每个颜色通道输出经典的估计值：卡方概率（直方图的值对被拉平时接近 1），以及由 RS
分析和样本对分析估计的最低位被替换的样本比例。没有隐藏内容的图片也会有正负几个百分点；
“–”表示该方法对这张图片得不出结论。最后一行是结论，其中还会统计纯色区域里与周围相差
一级的样本。加上 --cover，还会显示图片与原图相差多少。

“p2p stego hide”用照片生成的图片在任何级别都能通过这些检测，因为它是加减一，而不是
替换最低位。现代的检测器是经过训练的分类器；docs/formats.md 说明了它们仍可能发现什么。

示例：
  p2p stego check cat.stego.png
  p2p stego check --cover cat.png cat.stego.png
  p2p stego check --json cat.png`,
    flags: {
      cover: "与隐藏之前的原图比较",
      json: "输出一个 JSON 对象",
    },
    args: {
      img: "图片",
    },
  },
};
