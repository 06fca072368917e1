/** 中文：命令及其参数。 */
import type { SameCodes } from "../catalogue.ts";
import type { cli as english } from "../en/cli.ts";

/** “，您是否想输入 a 或 b？”；没有猜测时为空。 */
function guess(corrections: readonly string[]): string {
  return corrections.length === 0 ? "" : `，您是否想输入 ${corrections.join(" 或 ")}？`;
}

export const cli: SameCodes<typeof english> = {
  "usage.parse": ({ reason }, { text }) => `解析命令行：${text(reason)}`,
  "usage.see-help": ({ command }) => `参见“${command} --help”`,
  "usage.chat-message": ({ words }) => `消息写在 -m 后面，并加引号：p2p chat PEER -m "${words} …"`,
  "usage.language": ({ given }) => `选择语言：“${given}”不是 en、zh 之一`,
  "usage.unknown-command": ({ given, corrections }) => `没有命令“${given}”${guess(corrections)}`,
  "usage.flag-first": ({ given }) => `${given} 写在了命令前面`,
  "usage.flag-first.hint": ({ line }) => `选项写在命令后面：${line}`,
  "usage.flag-command.hint": ({ line }) => `这里要用命令：${line}`,
  "usage.unknown-flag": ({ given, corrections }) => `没有选项 --${given}${guess(corrections)}`,
  "usage.unknown-alias": ({ given }) => `没有选项 -${given}`,
  "usage.flag-value": ({ name, reason }, { text }) => `${name}：${text(reason)}`,
  "usage.none-of": ({ name, given, values }) =>
    `--${name}：“${given}”不是以下之一：${values.join("、")}`,
  "usage.flag-needs-value": ({ name }) => `需要 --${name} 及其值`,
  "usage.flag-needs-value-not": ({ name, next }) => `--${name} 需要一个值，但后面是 --${next}`,
  "usage.flag-twice": ({ name, first, second }) => `--${name} 给出了两次：“${first}”和“${second}”`,
  "usage.flag-negated": ({ name, given }) => `--${name} 是否定形式，不能取值“${given}”`,
  "usage.too-many": ({ most, given }) => `参数过多：最多 ${most} 个，“${given}”是多余的`,
  "usage.argument-missing": ({ name }) => `缺少 ${name}`,
  "usage.arguments-missing": ({ name, least, found }) =>
    `${name}：至少需要 ${least} 个参数，只有 ${found} 个`,
  "flag.empty": "内容为空",
  "flag.not-boolean": ({ given }) => `“${given}”既不是 true 也不是 false`,
  "flag.not-descriptor": ({ given }) => `“${given}”不是文件描述符`,
  "flag.not-a-time": ({ given }) =>
    `“${given}”既不是日期（2026-01-02），也不是时间（2026-01-02T03:04），也不是多久以前（30m、12h、3d、2w）`,
  "flag.not-whole-number": ({ given, least, most }) =>
    `“${given}”不是 ${least} 到 ${most} 之间的整数`,
  "cli.system": ({ command, path, reason }, { text }) =>
    `运行 ${command}：${path === undefined ? "" : `${path}：`}${text(reason)}`,
  "cli.internal": ({ message }) => `内部错误：${message}`,
  "cli.internal.hint": "设置 P2P_DEBUG=1 可查看出错位置",
};
