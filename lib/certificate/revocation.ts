/**
 * Whether a certificate is revoked: by its issuer's list, found by issuer and serial number, which a re-encoded copy
 * cannot change. A list that is due counts on; one long overdue refuses, but what it revokes stays revoked.
 */
import { hex } from "../bytes.ts";
import { text } from "../text/catalogue.ts";
import type { Text } from "../text/text.ts";
import type { Certificate } from "./certificate.ts";
import { KeyUsage } from "./extensions.ts";
import { sameName } from "./name.ts";
import { type RevocationList, RevocationReason } from "./revocation-list.ts";
import { verifiesDer } from "./signed.ts";

/** What lists say of a certificate. */
export type RevocationStatus =
  /** `due`: when a newer list should have come. */
  | { readonly type: "good"; readonly due: number | undefined }
  | { readonly type: "revoked"; readonly time: number; readonly reason: number }
  | { readonly type: "stale"; readonly due: number }
  /** No list of the issuer's; or why the one there is must not be used. */
  | { readonly type: "unusable"; readonly reason: Text | undefined };

/** How lists are judged. */
export interface ListOptions {
  readonly now: number;
  readonly graceMs: number;
  readonly id?: Uint8Array | undefined;
}

/** Which keys a list's signature has been verified with: it is long, and asked again and again. */
const verified = new WeakMap<RevocationList, Map<string, boolean>>();

/** What `lists` say of `certificate`, which `issuer` has issued. */
export function revocationOf(
  certificate: Certificate,
  issuer: Certificate,
  lists: readonly RevocationList[],
  { now, graceMs, id }: ListOptions,
): RevocationStatus {
  const serial = hex(certificate.serial);
  let newest: RevocationList | undefined;
  let reason: Text | undefined;
  for (const list of lists) {
    if (!sameName(list.issuer, certificate.issuer)) continue;
    const fault = listFault(list, issuer, now, id);
    if (fault !== undefined) {
      // Of another key of the same name, as while the authority changes its key: not about this certificate.
      if (fault.code !== "chain.list-signature") reason ??= fault;
      continue;
    }
    const entry = list.revoked.get(serial);
    if (entry !== undefined && entry.reason !== RevocationReason.removeFromCRL) {
      return { type: "revoked", time: entry.time, reason: entry.reason };
    }
    if (newest === undefined || list.thisUpdate > newest.thisUpdate) newest = list;
  }
  if (newest === undefined) return { type: "unusable", reason };
  const { nextUpdate: due } = newest;
  if (due === undefined || now <= due) return { type: "good", due: undefined };
  return now <= due + graceMs ? { type: "good", due } : { type: "stale", due };
}

/** Why a list must not be used; undefined where it may. */
function listFault(
  list: RevocationList,
  issuer: Certificate,
  now: number,
  id?: Uint8Array,
): Text | undefined {
  if (!verifiesList(list, issuer, id)) return text("chain.list-signature");
  const { keyUsage } = issuer.extensions;
  if (keyUsage !== undefined && (keyUsage & KeyUsage.cRLSign) === 0) {
    return text("chain.may-not-revoke");
  }
  const [oid] = list.extensions.unknownCritical;
  if (oid !== undefined) return text("chain.unknown-critical", { oid });
  return list.thisUpdate > now ? text("chain.list-not-yet", { time: list.thisUpdate }) : undefined;
}

function verifiesList(list: RevocationList, { publicKey }: Certificate, id?: Uint8Array): boolean {
  const known = verified.get(list) ?? new Map<string, boolean>();
  verified.set(list, known);
  const key = `${hex(publicKey)} ${id === undefined ? "" : `id ${hex(id)}`}`;
  let good = known.get(key);
  if (good === undefined) known.set(key, good = verifiesDer(list.signed, publicKey, id));
  return good;
}
