/** 中文：证书、证书请求、吊销列表与签发机构。 */
import type { certificate as english } from "../en/certificate.ts";
import type { SameCodes } from "../catalogue.ts";

function of(name: string | undefined): string {
  return name === undefined ? "" : ` ${name}`;
}

function day(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

const REVOKED_BECAUSE: Readonly<Record<number, string>> = {
  1: "：密钥已泄露",
  2: "：签发机构的密钥已泄露",
  3: "：持有者已变动",
  4: "：已被新证书取代",
  5: "：不再需要",
  6: "：暂时停用",
  9: "：权限已收回",
  10: "：属性机构的密钥已泄露",
};

const FOR_USAGE: ReadonlyMap<string, string> = new Map([
  ["any", "任何用途"],
  ["talk", "会话"],
  ["sign", "签名"],
  ["encrypt", "加密"],
  ["server", "服务器"],
  ["authority", "签发证书"],
]);

export const certificate: SameCodes<typeof english> = {
  "certificate.unreadable": ({ name, reason }, { text }) => `读取证书${of(name)}：${text(reason)}`,
  "certificate-request.unreadable": ({ name, reason }, { text }) =>
    `读取证书请求${of(name)}：${text(reason)}`,
  "revocation-list.unreadable": ({ name, reason }, { text }) =>
    `读取吊销列表${of(name)}：${text(reason)}`,
  "certificate.refused": ({ name, reason }, { text }) => `验证 ${name} 的证书：${text(reason)}`,
  "certificate.bad-name": ({ given }) =>
    `读取名称“${given}”：不是形如“C=CN, O=School, CN=alice”的名称`,
  "certificate.bad-alternative": ({ given }) =>
    `读取名称“${given}”：应为 dns:HOST、ip:ADDRESS、email:ADDRESS 或 uri:URI 之一`,

  "chain.time": "时间的写法不符合规定",
  "chain.name": "名称已损坏",
  "chain.too-large": "过大",
  "chain.none-found": "其中没有所需内容",
  "chain.unknown-form": "既不是 PEM 也不是 DER",
  "chain.algorithm": ({ algorithm }) => `签名算法是 ${algorithm}，这里只接受 SM2 与 SM3`,
  "chain.algorithms-differ": "两处签名算法不一致",
  "chain.no-issuer": "没有写明签发者",
  "chain.serial-length": "序列号超过 20 字节",
  "chain.extensions-version": "该版本不应有扩展项",
  "chain.extension": ({ oid }) => `扩展项 ${oid} 已损坏`,
  "chain.extension-twice": ({ oid }) => `扩展项 ${oid} 出现两次`,
  "chain.unknown-critical": ({ oid }) => `关键扩展项 ${oid} 无法识别`,
  "chain.request-signature": "签名与其自身的密钥不符",
  "chain.unknown-issuer": ({ issuer }) => `不认识其签发者：${issuer}`,
  "chain.signature": ({ name, issuer }) => `${name} 上的签名不是 ${issuer} 所签`,
  "chain.empty-id.hint": "用空 ID 可以通过验证，OpenSSL 默认如此：--id ''",
  "chain.too-long": ({ most }) => `到签发机构的证书超过 ${most} 张`,
  "chain.too-many-signatures": ({ most }) => `需要验证的签名超过 ${most} 个`,
  "chain.blocked": ({ name }) => `${name} 的密钥在这里已被屏蔽`,
  "chain.dates": ({ name }) => `${name} 的截止时间早于起始时间`,
  "chain.not-yet": ({ name, time }) => `${name} 要到 ${day(time)} 才生效`,
  "chain.expired": ({ name, time }) => `${name} 已于 ${day(time)} 过期`,
  "chain.no-authority": ({ name }) => `${name} 不是签发机构的证书`,
  "chain.may-not-issue": ({ name }) => `${name} 无权签发证书`,
  "chain.may-not-revoke": "该签发机构无权签署吊销列表",
  "chain.path-length": ({ name, most }) => `${name} 之下最多允许 ${most} 级签发机构，实际更多`,
  "chain.name-constraint": ({ name, issuer }) => `${issuer} 无权为 ${name} 签发证书`,
  "chain.usage": ({ name, usage }) => `${name} 不可用于${FOR_USAGE.get(usage) ?? usage}`,
  "chain.other-subject": ({ name, wanted }) => `${name} 不是 ${wanted} 的证书`,
  "chain.revoked": ({ name, time, reason }) =>
    `${name} 已于 ${day(time)} 被吊销${REVOKED_BECAUSE[reason] ?? ""}`,
  "chain.no-list": ({ issuer }) => `没有 ${issuer} 的吊销列表`,
  "chain.list-signature": "吊销列表不是该签发机构所签",
  "chain.list-not-yet": ({ time }) => `吊销列表的日期是 ${day(time)}，尚未到来`,
  "chain.list-stale": ({ issuer, time }) =>
    `${issuer} 的吊销列表自 ${day(time)} 起已过期：需要更新的列表`,
  "chain.list-due": ({ issuer, time }) => `${issuer} 本应在 ${day(time)} 前发布新的吊销列表`,

  "authority.bad-name": ({ name }) =>
    `为签发机构命名：“${name}”只能由字母、数字、空格、点和连字符组成`,
  "authority.exists": ({ name }) => `创建签发机构：已有名为 ${name} 的机构`,
  "authority.none": ({ name }) => `打开签发机构：没有名为 ${name} 的机构`,
  "authority.none.hint": "用 p2p cert ca NAME 创建",
  "authority.several": ({ names }) => `打开签发机构：有多个：${names.join("、")}`,
  "authority.several.hint": "用 --authority NAME 指明",
  "authority.damaged": ({ name }) => `打开签发机构 ${name}：文件已损坏`,
  "authority.locked": ({ name }) => `以 ${name} 的名义签名：密钥尚未解锁`,
  "authority.expired": ({ name }) => `以 ${name} 的名义签发：其自身的证书已过期`,
  "authority.no-subject": "签发证书：请求中没有写明姓名",
  "authority.key-blocked": ({ name }) => `为 ${name} 签发证书：其密钥已被永久吊销`,
  "authority.own": ({ name }) => `为 ${name} 签发证书：名称或密钥属于签发机构自身`,
  "authority.renew-revoked": ({ name }) => `更新 ${name} 的证书：已被吊销，需要新的请求`,
  "authority.no-certificate": ({ name, serial }) =>
    `查找证书 ${serial}：${name} 没有签发过这个序列号的证书`,
  "enrol.bad-code": "读取注册码：应为 16 个字母和数字，例如 7K3M-9QPX-2VTA-HW5D",
  "enrol.many-codes": ({ most }) => `生成注册码：总数将超过 ${most} 个`,

  "authority.no-authority": "打开签发机构：这里没有签发机构",
  "authority.list-empty": "还没有签发机构：用 p2p cert ca NAME 创建",
  "authority.passphrase": ({ name }) => `签发机构 ${name} 的口令`,
  "authority.needs-passphrase": "创建签发机构：密钥需要口令，但没有终端可供输入",
  "authority.needs-passphrase.hint":
    "用 --passphrase-file FILE 提供，或用 --no-passphrase 不设口令",
  "authority.made": ({ name, path }) => `已创建签发机构 ${name}：${path}（请另存一份备份）`,
  "authority.open-key": "密钥没有口令保护：得到该文件的人就能签发证书",
  "authority.rotated": ({ name }) => `${name} 已换用新密钥：请把两张证书都交给信任它的人`,
  "authority.fingerprint": ({ fingerprint }) => `证书指纹：${fingerprint}`,
  "authority.ends": ({ name, time }) =>
    `${name} 的证书将于 ${day(time)} 到期：请用 p2p cert ca "${name}" --rotate 更换`,
  "authority.list-due": ({ name, time }) =>
    `${name} 应在 ${day(time)} 前发布新的吊销列表：p2p cert crl`,
  "authority.log-broken": ({ name, seq }) => `检查 ${name} 的操作记录：第 ${seq} 条不成立`,
  "authority.log-holds": "所有记录均成立",
  "certificate.ends": ({ name, time }) => `${name} 的证书将于 ${day(time)} 到期：应当更新`,
  "cert.made-encryption-key": ({ path }) => `已生成用于加密的第二把密钥，未设口令：${path}`,
  "cert.one-profile": "签发证书：有多个请求，却只有一个 --profile",
  "cert.issued": ({ name, time }) => `已签发给 ${name}，有效期至 ${day(time)}`,
  "cert.revoked": ({ name }) => `已吊销：${name}`,
  "cert.was-revoked": "此前已被吊销",
  "cert.publish-list": "请把新的吊销列表交给其他人：p2p cert crl -o FILE",
  "cert.bad-time": ({ given }) => `读取时间“${given}”：应形如 2027-01-31 或 2027-01-31T12:00Z`,
  "cert.no-anchor": "验证证书：这里没有信任任何签发机构",
  "cert.no-anchor.hint": "用 p2p cert trust FILE 信任一个机构，或用 --ca FILE 指明",
  "cert.holds": ({ names, time }) => `有效期至 ${day(time)}：${names.join(" < ")}`,
  "cert.blocked": ({ names }) => `已屏蔽：${names.join("、")}`,
  "cert.distrusted": ({ names }) =>
    names.length === 0 ? "本来就不受信任" : `不再信任：${names.join("、")}`,
  "cert.trust-no-authority": ({ name }) => `信任签发机构：${name} 的证书不是签发机构的证书`,
  "cert.trusted": ({ name, fingerprint }) => `从现在起信任：${name}，指纹 ${fingerprint}`,
  "cert.trusted.compare": ({ path }) => `请与签发机构公布的指纹核对；保存在 ${path}`,
  "cert.trusted-before": "此前已受信任",
  "cert.kept-lists": ({ newer, of }) =>
    newer === of
      ? "已保存吊销列表"
      : `已保存 ${of} 份吊销列表中的 ${newer} 份：其余的较旧，或不属于受信任的机构`,

  "credentials.not-ours": ({ name }) => `出示 ${name} 的证书：不属于本机身份的密钥`,
  "credentials.none": ({ fingerprint }) => `验证对方 ${fingerprint}：没有出示证书`,
  "credentials.other-key": "证书属于另一把密钥，而不是对方的密钥",
  "credentials.unreadable": ({ fingerprint, reason }, { text }) =>
    `验证对方 ${fingerprint}：${text(reason)}`,
  "credentials.reading": "读取信任的签发机构",
  "credentials.expired": ({ name, time }) =>
    `您的证书 ${name} 已于 ${day(time)} 过期：检查证书的对方会拒绝您`,

  "cert.no-names": "生成注册码：给谁？请写出姓名，或用 --file FILE 每行一个",
  "enrol.broken": "注册：对方中断了连接",
  "enrol.declined": "注册：签发机构的管理者拒绝，或无人应答",
  "enrol.wrong-code": "注册：注册码不正确、已过期，或已被他人使用",
  "enrol.bad-request": "注册：签发机构不接受该请求",
  "enrol.failed": "注册：签发机构无法签发",
  "enrol.unproven": "注册：应答者并不知道注册码",
  "enrol.not-ours": "注册：收到的不是这把密钥的证书",
  "enrol.not-serving": ({ where }) => `向 ${where} 注册：那里没有签发机构`,
  "enrol.not-serving.hint": "那里需要运行 “p2p cert serve”",
  "enrol.where": ({ peer }) => `向 ${peer} 注册：不知道其地址`,
  "enrol.two-codes": "注册：--code 与 --code-file 不能同时使用",
  "enrol.unknown-root": ({ name, fingerprint }) =>
    `信任签发机构 ${name}：无法证明其证书，指纹 ${fingerprint}`,
  "enrol.unknown-root.hint": "请使用注册码，或用 --ca FILE 给出其证书",
  "enrol.compare": ({ name, fingerprint }) => `${name} 的指纹是 ${fingerprint}`,
  "enrol.same": "签发机构的管理者看到的是否相同？[y/n] ",
  "enrol.ask": ({ subject, fingerprint }) =>
    `是否签发给 ${subject}，其密钥为 ${fingerprint}？[y/n] `,
  "enrol.pending": "正在等待签发机构的管理者同意",
  "enrol.again": ({ reason }, { text }) => `${text(reason)}：正在重试`,
  "enrol.keeps-trying": ({ reason }, { text }) => `证书尚未续期，稍后会重试：${text(reason)}`,
  "enrol.not-renewed": "续期证书：证书已到期，签发机构没有给出更新的证书",
  "enrol.serving": ({ where }) => `正在 ${where} 签发证书`,
  "enrol.issued": ({ name, fingerprint }) => `已签发给 ${name}（${fingerprint}）`,
  "enrol.refused": ({ name, fingerprint }) => `已拒绝 ${name}（${fingerprint}）`,
  "enrol.done": ({ name, time, path }) => `您的名称是 ${name}，有效期至 ${day(time)}：${path}`,

  "cms.unreadable": ({ name, reason }, { text }) => `读取 CMS 消息${of(name)}：${text(reason)}`,
  "cms.other-type": ({ type }) => `属于另一种类型：${type}`,
  "cms.digest": ({ algorithm }) => `杂凑算法是 ${algorithm}，这里只接受 SM3`,
  "cms.cipher": ({ algorithm }) => `加密算法是 ${algorithm}，这里只读取 SM4-CBC`,
  "cms.no-content": "验证 CMS 消息：内容不在其中，而 --content 没有指明文件",
  "cms.other-content": "验证 CMS 消息：其内容与文件不同",
  "cms.no-signer": "验证 CMS 消息：无人签名",
  "cms.no-certificate": "验证 CMS 消息：缺少签名者的证书",
  "cms.bad": "验证 CMS 消息：签名不成立",
  "cms.bad.hint": "若由 GmSSL 生成，请用 --for gmssl；若由 OpenSSL 在没有标识时生成，请用 --id ''",
  "cms.not-for-us": "解密 CMS 消息：不是发给这些密钥的",
  "cms.damaged": "解密 CMS 消息：内容已损坏",
  "cms.no-signing-certificate": "签署 CMS 消息：没有这把密钥的证书",
  "cms.no-signing-certificate.hint": "用 --cert FILE 指明，或用 p2p cert enroll 取得",
  "cms.signed-by": ({ name, time }) =>
    time === 0 ? `签名者：${name}` : `签名者：${name}，自称签于 ${day(time)}`,
  "cms.not-authenticated": "数字信封不能证明由谁制作，也不能证明未被改动",
};
