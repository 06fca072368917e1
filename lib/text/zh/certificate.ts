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
    `读取名称“${given}”：不是形如 “C=CN, O=School, CN=alice” 的名称`,
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
};
