/** 中文：磁盘上的文件。 */
import type { SameCodes } from "../catalogue.ts";
import type { files as english } from "../en/files.ts";

export const files: SameCodes<typeof english> = {
  "files.bad-name": ({ name }: { name: string }) => `给文件命名：${name} 不是文件名`,
  "files.exists": ({ path }) => `写入 ${path}：文件已存在`,
  "files.exists.hint": "用 --force 替换它，或换一个名称",
  "files.given-up": "已放弃写入",
  "files.is-device": "是设备文件",
  "files.is-link": "是符号链接",
  "files.is-link.hint": "请改为写出该链接所指的文件",
  "files.is-pipe": "是命名管道",
  "files.is-socket": "是套接字",
  "files.folder.hint": ({ path }) => `请给出其中的文件：${path}/文件名`,
  "files.name-alone": "只能为单独一个路径指定名称",
  "files.no-folder": "该文件夹不存在",
  "files.no-name": "文件系统的顶层没有名称",
  "files.not-utf8": "它的名称不是 UTF-8",
  "files.save-folder": ({ path, reason }, { text }) => `保存到 ${path}：${text(reason)}`,
  "files.send": ({ path, reason }, { text }) => `发送 ${path}：${text(reason)}`,
  "files.too-many": ({ most }) => `发送文件：文件和文件夹超过 ${most} 个`,
  "files.too-many.hint": "请分几次发送，或打包成一个文件",
  "files.write": ({ path, reason }, { text }) => `写入 ${path}：${text(reason)}`,
};
