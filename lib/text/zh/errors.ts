/** 中文：通用原因，以及系统错误的含义。 */
import type { SameCodes } from "../catalogue.ts";
import type { errors as english } from "../en/errors.ts";

export const errors: SameCodes<typeof english> = {
  "legacy.sentence": ({ sentence }) => sentence,
  "internal": ({ doing, reason }, { text }) => `${text(doing)}：内部错误：${text(reason)}`,
  "system.address-in-use": "地址已被占用",
  "system.address-not-here": "本机没有这个地址",
  "system.exists": "已存在",
  "system.file-too-large": "文件系统不支持这么大的文件",
  "system.host-unreachable": "无法到达该主机",
  "system.io": "设备报告错误",
  "system.is-folder": "是一个文件夹",
  "system.links": "符号链接层数过多",
  "system.message-size": "超过网络允许的大小",
  "system.name-too-long": "名称过长",
  "system.network-unreachable": "无法到达该网络",
  "system.no-space": "设备上没有剩余空间",
  "system.not-empty": "文件夹不为空",
  "system.not-folder": "不是文件夹",
  "system.not-found": "没有这个文件或文件夹",
  "system.open-files": "打开的文件过多",
  "system.other": ({ message }) => message,
  "system.out-of-reach": "本程序无法访问 /dev、/proc 和 /sys 下的文件",
  "system.permission": "权限不足",
  "system.pipe": "读取方已离开",
  "system.quota": "磁盘配额已用完",
  "system.read-only": "文件系统是只读的",
  "system.refused": "对方没有程序在监听",
};
