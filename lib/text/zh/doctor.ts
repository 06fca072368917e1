/** 中文：`p2p doctor` 的检查结果。 */
import type { SameCodes } from "../catalogue.ts";
import type { doctor as english } from "../en/doctor.ts";

export const doctor: SameCodes<typeof english> = {
  "doctor.state.ok": "正常",
  "doctor.state.warn": "注意",
  "doctor.state.fail": "失败",
  "doctor.cure": ({ cure }, { text }) => `解决办法：${text(cure)}`,
  "doctor.run": ({ command }) => command,
  "doctor.busy": ({ name }, { text }) => `正在检查：${text(name)}`,
  "doctor.late": ({ seconds }) => `${seconds} 秒内没有回应`,
  "doctor.all-well": ({ total }) => `共 ${total} 项检查，一切正常`,
  "doctor.warnings": ({ total, warnings }) => `共 ${total} 项检查，${warnings} 项需要注意`,
  "doctor.failed": ({ failed, total }) => `检查这台机器：${total} 项检查中有 ${failed} 项失败`,
  "doctor.failed-crypto": ({ failed, total }) =>
    `检查密码算法：${total} 项测试中有 ${failed} 项失败`,
  "doctor.failed.hint": "不要在这台机器上使用这个版本：它写出的数据可能无法读取",
  "doctor.passed": ({ total, kernel }) => `全部 ${total} 项测试通过；计算内核：${kernel}`,
  "doctor.crypto": ({ total }) => `全部 ${total} 项测试通过`,

  "doctor.name.addresses": "网络地址",
  "doctor.name.clock": "时钟",
  "doctor.name.crypto": "密码算法",
  "doctor.name.database": "数据库",
  "doctor.name.firewall": "防火墙",
  "doctor.name.home": "主目录",
  "doctor.name.identity": "身份密钥",
  "doctor.name.microphone": "麦克风",
  "doctor.name.multicast": "组播",
  "doctor.name.permissions": "文件权限",
  "doctor.name.player": "播放程序",
  "doctor.name.port": "端口",
  "doctor.name.recorder": "录音程序",
  "doctor.name.space": "剩余空间",
  "doctor.name.version": "版本",

  "doctor.version": ({ version, deno, v8, target, kernel }) =>
    `p2p ${version}，Deno ${deno}，V8 ${v8}，${target}；计算内核：${kernel}`,

  "doctor.clock": ({ time, keeper }) =>
    time + {
      synchronized: "，已通过网络校时",
      other: "，由时间服务（chrony 或 ntpd）维护",
      unknown: "；无从得知是否已校时",
    }[keeper],
  "doctor.clock.early": ({ time, released }) =>
    `${time}：不对，这个版本的 p2p 制作于 ${released}；证书检查和消息时间都会出错`,
  "doctor.clock.late": ({ time }) => `${time}：超前太多；证书检查和消息时间都会出错`,
  "doctor.clock.unsynchronized": ({ time }) => `${time}，没有通过网络校时`,

  "doctor.home": ({ path }) => `${path}，可以写入`,
  "doctor.home.none": ({ path }) => `${path}，尚不存在：需要时会自动创建`,
  "doctor.home.unreadable": ({ path, reason }, { text }) => `无法查看 ${path}：${text(reason)}`,
  "doctor.home.no-folder": ({ path }) => `${path} 不是文件夹`,
  "doctor.home.cannot-make": ({ path, reason }, { text }) => `无法创建 ${path}：${text(reason)}`,
  "doctor.home.not-writable": ({ path, reason }, { text }) => `无法写入 ${path}：${text(reason)}`,
  "doctor.home.elsewhere": "把 P2P_HOME 设为一个可以写入的文件夹",

  "doctor.permissions": ({ count }) => `主目录及其中 ${count} 项内容只有您自己能访问`,
  "doctor.permissions.nothing": "还没有需要保护的内容",
  "doctor.permissions.none-here": "这个系统没有可供检查的文件权限",
  "doctor.permissions.open": ({ name, mode, more }) =>
    `其他用户可以访问 ${name}（权限 ${mode}）${more === 0 ? "" : `，另有 ${more} 项也是如此`}`,
  "doctor.permissions.foreign": ({ name, user }) => `${name} 属于另一个用户（编号 ${user}）`,
  "doctor.permissions.as-root": "请以该用户的身份运行 p2p：root 在那里创建的文件，该用户读不了",

  "doctor.identity.none": "还没有",
  "doctor.identity.unreadable": ({ path, reason }, { text }) => `无法读取 ${path}：${text(reason)}`,
  "doctor.identity.no-key": ({ path, reason }, { text }) => `${path} 中没有私钥：${text(reason)}`,
  "doctor.identity.no-key.cure": "用备份替换它，或者换一把新密钥重新开始：p2p keygen --force",
  "doctor.identity.locked": "有口令保护；输入口令才能看到指纹：p2p pubkey",
  "doctor.identity.plain": ({ fingerprint }) => `${fingerprint}，没有口令`,

  "doctor.database.none": "还没有：第一次会话时创建",
  "doctor.database": ({ version, bytes, current }, { size }) =>
    `可以打开；版本 ${version}，${size(bytes)}${
      current === undefined ? "" : `；下次运行时升级到版本 ${current}`
    }`,
  "doctor.database.fault": ({ path, reason }, { text }) => `${path}：${text(reason)}`,

  "doctor.space": ({ home, files, full }, { size }) => {
    const room = (bytes: number | undefined) => bytes === undefined ? "未知" : size(bytes);
    const names = full === undefined ? "" : `；${full} 已容不下更多文件`;
    return `主目录 ${room(home)}，当前文件夹（收到的文件存放处）${room(files)}${names}`;
  },

  "doctor.addresses": ({ shown, more }) =>
    `${shown.join("，")}${more === 0 ? "" : `，另有 ${more} 个`}`,
  "doctor.addresses.none": "这台机器没有别人能到达的地址：请连接网络",

  "doctor.port.free": ({ port }) => `UDP ${port} 空闲`,
  "doctor.port.own": ({ port }) => `UDP ${port} 由同一主目录的 p2p 程序占用，可以共用`,
  "doctor.port.other": ({ port }) =>
    `UDP ${port} 被其他程序占用：请结束该程序，或使用 p2p listen --port N`,
  "doctor.port.refused": ({ port, reason }, { text }) => `UDP ${port} 无法使用：${text(reason)}`,

  "doctor.firewall.none":
    "ufw、firewalld、nftables 和 iptables 的配置文件没有拦截任何人；路由器上的防火墙无从得知",
  "doctor.firewall.not-looked": "在这个系统上无法查看；如果它拦截了对方：",
  "doctor.firewall.open": ({ names, ports }) =>
    `${names.join("、")}：允许 UDP ${ports.join("、")} 进入`,
  "doctor.firewall.closed": ({ name, ports, calls }) =>
    `${name}：根据其配置文件，UDP ${ports.join("、")} 不能进入，因此${
      calls ? "对方无法呼叫" : "无法发现局域网内的联系人"
    }`,
  "doctor.firewall.unreadable": ({ name }) =>
    `${name} 已启用，但当前用户无权读取其规则；如果对方无法呼叫：`,

  "doctor.multicast": ({ heard }) => `可用：${heard.join("，")}；会自动发现联系人`,
  "doctor.multicast.off": "没有检查：P2P_LAN=off",
  "doctor.multicast.no-interface": "没有检查：没有网络接口",
  "doctor.multicast.deaf": ({ deaf, heard, why, port }) => {
    const what = {
      join: "无法加入组播组",
      send: "无法向组播组发送",
      hear: `发往组播组（UDP ${port}）的数据收不到`,
    }[why];
    const rest = heard.length === 0 ? "" : `；${heard.join("，")} 可用`;
    return `${deaf.join("，")}：${what}，因此要按地址呼叫那里的联系人${rest}`;
  },
  "doctor.multicast.firewall": ({ port }) =>
    `让防火墙放行 UDP ${port}，或按地址呼叫：p2p chat 192.168.1.7`,
  "doctor.multicast.address": "按地址呼叫：p2p chat 192.168.1.7",

  "doctor.tools": ({ tools }) => tools.join("，"),
  "doctor.player.plain": ({ tools }) =>
    `${tools.join("，")}：只能播放 WAV，而语音留言大多是 Opus 格式`,
  "doctor.microphone": ({ name, more }) => `${name}${more === 0 ? "" : `，另有 ${more} 个`}`,
  "doctor.microphone.late": "声音程序没有回应",
};
