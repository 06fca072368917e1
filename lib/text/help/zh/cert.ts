/** 中文：`p2p cert` 的帮助。 */
import type { help as english } from "../en/cert.ts";
import type { SameWords } from "../types.ts";

export const help: SameWords<typeof english> = {
  brief: "SM2 密钥的证书，以及签发证书的机构",
  full:
    `一个文件就是一个签发机构，以及它签发的证书：采用 SM2 与 SM3 的 X.509（GM/T 0015）。全部使用 PEM，可与 GmSSL、铜锁、OpenSSL
和 Bouncy Castle 互通。

示例：
  p2p cert ca school                               创建签发机构
  p2p cert request "CN=alice" -o alice.req         为自己的身份申请证书
  p2p cert issue alice.req -o alice.crt            签发
  p2p cert verify alice.crt                        按照信任的机构验证`,
  flags: {
    authority: "有多个签发机构时指明是哪一个",
  },
  ca: {
    brief: "创建签发机构，或输出其证书",
    full:
      `创建签发机构 NAME，存于 $P2P_HOME/ca/NAME.db，并输出其证书，供他人信任。其密钥由口令保护。机构已存在时再次输出其证书。
使用 --rotate 换用新密钥，由旧密钥认证：信任旧证书的人也会接受此后签发的证书。

示例：
  p2p cert ca school -o school.crt                 有效期十年
  p2p cert ca school --subject "C=CN, O=School" --permit dns:school.cn
  p2p cert ca school --rotate -o school.crt        换用新密钥，并输出两张证书`,
    flags: {
      subject: "证书中的名称，例如 C=CN,O=School（默认为 NAME）",
      years: "有效年数（默认 10）",
      rotate: "换用新密钥，由旧密钥认证",
      permit: "只签发此范围内的名称，例如 dns:school.cn、ip:10.0.0.0/8、email:school.cn",
      exclude: "绝不签发此范围内的名称",
      noPassphrase: "不用口令保护密钥",
    },
    args: { name: "机构的名称" },
  },
  request: {
    brief: "为自己的密钥申请证书",
    full:
      `为自己的身份输出证书请求，主体为 NAME。双证书包含两张：用本机身份签名的一张，以及用第二把密钥加密的一张；没有第二把
密钥时会自动生成。

示例：
  p2p cert request "C=CN, CN=alice" -o alice.req
  p2p cert request --profile server --alt dns:www.school.cn www.school.cn -o www.req
  p2p cert request --profile dual alice -o alice.req`,
    flags: {
      profile: "用途",
      encryptionKey: "双证书的第二把密钥（默认 $P2P_HOME/encryption.pem）",
      alt: "其他名称：dns:HOST、ip:ADDRESS、email:ADDRESS、uri:URI",
    },
    args: { name: "主体：CN=alice，或 C=CN,O=School,CN=alice，或只写 alice" },
  },
  issue: {
    brief: "按照请求签发证书",
    full:
      `为 REQ 中的每个请求签发一张证书；请求可以来自 p2p、OpenSSL 或 GmSSL。先验证请求的签名；证书的用途由 --profile 决定，而
不是由请求决定。同一请求再次提交时得到同一张证书。

示例：
  p2p cert issue alice.req -o alice.crt            有效期 825 天
  p2p cert issue --days 30 --profile server www.req`,
    flags: {
      profile: "用途（默认按请求所写，否则为 person）",
      subject: "使用另一个主体，而不是请求中的主体",
      alt: "使用另外的名称：dns:HOST、ip:ADDRESS、email:ADDRESS",
      days: "有效天数（默认 825）",
    },
    args: { request: "含一个或多个请求的文件；- 表示标准输入" },
  },
  renew: {
    brief: "以新的日期再次签发证书",
    full: `以相同的主体、密钥和用途再次签发证书。旧证书在到期之前仍然有效。

示例：
  p2p cert renew alice.crt -o alice-2027.crt
  p2p cert renew 4a01ff… --days 90                 按序列号`,
  },
  revoke: {
    brief: "吊销证书",
    full:
      `按文件或序列号吊销本机构签发的证书，并为本机的程序写入新的吊销列表：与持有者的会话随即结束。其他人需要吊销列表（p2p cert
crl）。

示例：
  p2p cert revoke alice.crt --reason keyCompromise --all
  p2p cert revoke 4a01ff…                          按序列号`,
    flags: {
      reason: "原因",
      all: "吊销该密钥的所有证书，并且不再为该密钥签发证书",
    },
    args: { certificate: "证书文件，或十六进制的序列号" },
  },
  crl: {
    brief: "输出吊销列表",
    full: `输出最新的吊销列表。更换密钥之后，每把密钥各有一份。

示例：
  p2p cert crl -o school.crl                       30 天内应发布下一份
  p2p cert crl --days 7 > school.crl`,
    flags: { days: "到下一份为止的天数（默认 30）" },
  },
  show: {
    brief: "显示证书、请求或吊销列表",
    full: `显示文件中的内容，每行一个标签和值；只检查格式，不作验证。

示例：
  p2p cert show alice.crt
  p2p cert show --json school.crl`,
    flags: { json: "每行一个 JSON 对象" },
    args: { certificate: "含证书、请求或吊销列表的文件；- 表示标准输入" },
  },
  verify: {
    brief: "验证证书及其路径",
    full:
      `验证 CERT 中的第一张证书能否追溯到受信任的机构：签名、日期、用途、路径长度、名称和吊销状态。中间的证书可以跟在 CERT
中，也可以放在 --ca 的文件里。0 表示有效，3 表示无效。

示例：
  p2p cert verify alice.crt                        按照 “p2p cert trust” 保存的机构
  p2p cert verify --ca root.crt --crl root.crl --usage server --for dns:www.school.cn www.crt
  p2p cert verify --ca openssl-ca.pem --id '' made-by-openssl.crt`,
    flags: {
      ca: "只信任 FILE 中的机构",
      crl: "除已保存的之外，再使用 FILE 中的吊销列表",
      usage: "将要用于什么",
      for: "证书必须属于此名称：dns:HOST、ip:ADDRESS、email:ADDRESS",
      at: "按另一个时间验证，例如 2027-01-31",
      grace: "吊销列表逾期后仍可使用的天数（默认 7）",
      requireCrl: "没有吊销列表时拒绝",
      id: "所有签名中的签名者标识（默认 1234567812345678）",
    },
    args: { certificate: "证书文件，可包含到签发机构为止的其他证书" },
  },
  trust: {
    brief: "从现在起信任签发机构",
    full:
      `信任 FILE 中的签发机构，并保存其中的吊销列表。请先核对指纹。不带 FILE 时列出受信任的机构。

示例：
  p2p cert trust school.crt
  p2p cert trust school.crl                        更新的吊销列表
  p2p cert trust --block stolen-ca.crt             拒绝其密钥，无论由谁签发`,
    flags: {
      remove: "不再信任",
      block: "从现在起拒绝其密钥",
    },
    args: { file: "含签发机构证书或吊销列表的文件" },
  },
  code: {
    brief: "生成一次性注册码",
    full:
      `为每个 NAME 输出一个注册码。用它注册的人得到该名称的证书：一周之内，仅限一次。注册码有 16 个字母和数字；O 视为 0，I 和
L 视为 1。

示例：
  p2p cert code alice "C=CN,O=School,CN=bob"
  p2p cert code -f class.txt > codes.txt           每行一个名称`,
    flags: {
      file: "名称，每行一个",
      days: "注册码的有效天数（默认 7）",
    },
    args: { names: "证书中的名称" },
  },
  serve: {
    brief: "通过网络签发证书",
    full:
      `应答注册请求：有一次性注册码的立即签发，否则在本终端确认后签发。证书即将到期的人会得到新的证书。按 Ctrl-C 结束。

示例：
  p2p cert serve                                   使用通常的端口 9999
  p2p cert serve --port 9998 --days 120`,
    flags: {
      port: "UDP 端口（默认 9999，或任一空闲端口）",
      bind: "本机地址",
    },
  },
  enroll: {
    brief: "通过网络从签发机构取得证书",
    full:
      `向 PEER 处的签发机构为自己的身份申请证书，并连同机构的证书和吊销列表一起保存：此后的会话都会使用。有注册码时无需核对
任何内容。连接中断后从原处继续。没有注册码而已有证书时则更新证书。

示例：
  p2p cert enroll 192.168.1.10 --code 7K3M-9QPX-2VTA-HW5D
  p2p cert enroll 192.168.1.10 --name "C=CN,CN=alice"
  p2p cert enroll school.cn --keep                 保持运行并及时更新`,
    flags: {
      code: "签发机构为您生成的一次性注册码",
      codeFile: "从 FILE 读取注册码",
      name: "没有注册码时申请的名称",
      dual: "两张证书：一张用于签名，另一张用第二把密钥加密",
      keep: "保持运行，并及时更新证书",
    },
    args: { peer: "签发机构的地址，或联系人" },
  },
  list: {
    brief: "列出机构签发的证书",
    full: `列出证书：序列号、主体、用途、状态、截止时间。

示例：
  p2p cert list
  p2p cert list --json`,
    flags: { json: "每行一个 JSON 对象" },
  },
  log: {
    brief: "显示并检查机构的操作记录",
    full: `显示审计记录。每条记录与前一条相连，并由机构的密钥签名：有改动、缺失或添加时以 3 结束。

示例：
  p2p cert log
  p2p cert log --json --authority school`,
  },
};
