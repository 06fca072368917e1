/** 中文：隐藏消息与 p2p stego 的命令。 */
import type { SameCodes } from "../catalogue.ts";
import type { hidden as english } from "../en/hidden.ts";

export const hidden: SameCodes<typeof english> = {
  "hidden.bad-signature": "取出：签名无效",
  "hidden.different-messages": "取出：这些图片中是不同的消息",
  "hidden.different-messages.hint": "请逐张取出",
  "hidden.flat": ({ picture, percent, room }) =>
    `隐藏到 ${picture}：其中 ${percent} % 是纯色区域，改动一级就会被看出，其余部分只能容纳 ${room} 字节`,
  "hidden.flat.hint": "请换一张图片：照片最合适；不写 --level 仍可隐藏在这张图片里，但会被看出",
  "hidden.missing-parts": ({ count }) => `取出：消息分布在 ${count} 张图片中，这里不全`,
  "hidden.missing-parts.hint": ({ missing }) => `缺少：第 ${missing} 张`,
  "hidden.no-room": ({ bytes, room, level, picture }) =>
    `隐藏消息：需要 ${bytes} 字节，而${
      picture === undefined ? "这些图片总共" : ` ${picture} `
    }只能容纳 ${room} 字节（级别 ${level}）`,
  "hidden.no-room.more-pictures": "请用更大的图片；p2p stego hide --carrier MORE.png 可用多张图片",
  "hidden.no-room.quick": ({ room }) => `--level quick 可容纳 ${room} 字节`,
  "hidden.not-signed": "取出：消息没有签名",
  "hidden.nothing": "取出：没有隐藏消息",
  "hidden.nothing.lossy": "只有 PNG 能保留隐藏消息；JPEG 等格式会丢失",
  "hidden.nothing.wrong-key":
    "密钥不对时看起来也一样：p2p stego reveal 用 -p 输入口令，用 -i FILE 指定其他身份",
  "hidden.other-signer": "取出：消息由其他人签名",
  "hidden.turned-grey": ({ picture }) => `隐藏到 ${picture}：仅有的几个彩色像素变成了灰色`,
  "hidden.turned-grey.hint": "请重试，或换一张图片",
  "stego.capacity.flat": ({ percent }) =>
    `  其中 ${percent} % 是纯色区域，改动一级就会被看出：stealth 容量以内的消息不改动这些区域`,
  "stego.capacity.level": ({ level, bytes }) =>
    `  ${level.padEnd(8)} ${String(bytes).padStart(12)} 字节`,
  "stego.capacity.picture": ({ picture, width, height, bits, colour, interlaced }, { text }) =>
    `${picture}：${width}×${height}，${bits} 位 ${text(colour)}${interlaced ? "，隔行" : ""}`,
  "stego.chat.file": ({ picture, path, size: bytes }, { size }) =>
    `${picture} 中隐藏着一个文件，已保存为 ${path}（${size(bytes)}）`,
  "stego.chat.hidden": ({ picture, changed, available }) =>
    `已隐藏到 ${picture}：${available} 个样本中改动了 ${changed} 个`,
  "stego.no-file-yet": "取出：还没有收到文件",
  "stego.no-file-yet.hint": "请指明图片：/reveal 图片",
  "stego.chat.text": ({ picture }) => `${picture} 中隐藏着：`,
  "stego.check.difference": ({ changed, samples, largest }) =>
    `  ${samples} 个样本中有 ${changed} 个不同，最多相差 ${largest}`,
  "stego.check.channel": ({ channel }) =>
    ({ red: "红色", green: "绿色", blue: "蓝色", grey: "灰度", index: "索引", alpha: "透明度" })[
      channel
    ] ??
      channel,
  "stego.check.head": "  通道          卡方          RS         样本对",
  "stego.check.picture": ({ picture }) => `${picture}`,
  "stego.check.psnr": ({ psnr }) => `  与原图的 PSNR：${psnr}`,
  "stego.check.verdict": ({ sign, percent, steps }) =>
    ({
      replaced: `  结论：最低位像是被替换过${percent > 0 ? `，约占样本的 ${percent} %` : ""}`,
      steps: `  结论：纯色区域中有 ${steps} 个样本与周围相差一级，像是隐藏数据留下的`,
      none: "  结论：没有最低位被替换的迹象",
      unknown: "  结论：这些检验对这张图片得不出结论",
    })[sign],
  "stego.colour.grey": "灰度",
  "stego.colour.grey-alpha": "带透明度的灰度",
  "stego.colour.palette": "调色板",
  "stego.colour.rgb": "RGB",
  "stego.colour.rgba": "带透明度的 RGB",
  "stego.fell-to-quick": ({ bytes, stealth }) =>
    `${bytes} 字节超过 stealth 级别的容量（${stealth}）：改用更容易被检测到的 quick 级别隐藏`,
  "stego.file-and-message": "隐藏：文件和消息只能给一个",
  "stego.hidden": ({ picture, level, changed, available, share }) =>
    `${picture}：级别 ${level}，${available} 个样本中改动了 ${changed} 个（${share} %）`,
  "stego.hide.flat": ({ picture, percent }) =>
    `${picture}：其中 ${percent} % 是纯色区域，查看最低位就能看出那里的改动；用照片隐藏最合适`,
  "stego.hide.progress": ({ picture }) => `隐藏到 ${picture}`,
  "stego.hide.prompt": "用于取出的口令",
  "stego.many-arguments": "隐藏：参数多于一张图片和一条消息",
  "stego.many-arguments.hint":
    "多张图片：hide -m MSG A.png B.png，或 hide A.png MSG --carrier B.png",
  "stego.many-pictures": ({ most }) => `隐藏：图片超过 ${most} 张`,
  "stego.no-folder": ({ path }) => `写入 ${path}：没有这个文件夹`,
  "stego.no-key": "隐藏：没有指明密钥，也没有可以询问口令的终端",
  "stego.no-key.hint": "-r RECIPIENT，或 --passphrase-file FILE",
  "stego.output-folder": ({ path }) => `隐藏：多张图片时 -o 必须是已有的文件夹，而 ${path} 不是`,
  "stego.output-png": ({ path }) => `写入 ${path}：结果是 PNG`,
  "stego.output-png.hint": "请用 .png 作为扩展名",
  "stego.own-identity": "没有指明密钥：只有您自己的身份能取出",
  "stego.pictures-from-stdin": "隐藏：只能有一张图片来自标准输入",
  "stego.reveal.prompt": "图片的口令",
  "stego.same-name": ({ path }) => `隐藏：两张图片会得到同一个名称 ${path}`,
  "stego.signed-by": ({ name, key }) => `签名者：${name === undefined ? "" : `${name} `}${key}`,
  "stego.stdin-twice": "隐藏：图片和消息不能都来自标准输入",
  "stego.traces": ({ picture, kind }) =>
    `${picture}：${kind} 留下的痕迹使隐藏数据更容易被检测到；最好用真正的 PNG`,
  "stego.two-keys": "隐藏：-p 和 -r 只能选一个",
  "stego.two-keys.hint": "一张图片只有一条消息，给口令或给接收者",
};
