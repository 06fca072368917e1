/** 中文：整个程序读取的环境变量、退出码、所存文件的位置。 */
import type { program as english } from "../en/program.ts";
import type { SameWords } from "../types.ts";

export const program: SameWords<typeof english> = {
  headings: {
    environment: "环境变量",
    exitCodes: "退出码",
    files: "文件",
    seeAlso: "另请参阅",
  },
  environment: {
    P2P_HOME: "您的一切都存放在这里（默认：$XDG_CONFIG_HOME 或 ~/.config 下的 p2p）",
    P2P_LANG: "en 或 zh；不设置时由 LC_ALL、LC_MESSAGES、LANG 决定",
    P2P_LAN: "off 表示不在局域网上发现联系人；否则为所用的网络接口，以逗号分隔",
    P2P_DATAGRAM: "网络能承载的最大数据报，以字节计",
    P2P_CACHE: "可执行文件首次运行时解包到这里（默认：$XDG_CACHE_HOME 或 ~/.cache）",
    P2P_DEBUG: "设为 1 时，指出错误出自程序何处",
    NO_COLOR: "设为任意值：不用颜色",
    TERM: "设为 dumb 时只逐行输出，没有颜色，也没有固定的提示行",
  },
  exitCodes: {
    0: "全部成功",
    1: "失败",
    2: "命令行有误",
    3: "认证失败：密钥或口令不对、数据被改、签名无效、对方换了密钥、图片里没有消息",
    4: "对方没有应答，或连接中断",
    129: "被 SIGHUP 中断",
    130: "被 SIGINT（Ctrl-C）中断",
    143: "被 SIGTERM 中断",
  },
  files: {
    "$P2P_HOME/identity.pem": "您的私钥；设了口令的，由口令保护",
    "$P2P_HOME/p2p.db": "联系人、历史、发件箱、设置，均加密给您的密钥",
    "$P2P_HOME/ca": "您自己运营的签发机构",
    "$P2P_HOME/certificates": "您信任的签发机构，以及您的证书",
  },
};
