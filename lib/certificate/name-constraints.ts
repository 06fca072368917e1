/** Name constraints (RFC 5280 §4.2.1.10): which names of a certificate count, and whether they lie where they may. */
import type { Certificate } from "./certificate.ts";
import type { NameConstraints } from "./extensions.ts";
import { type GeneralName, generalNameText, isWithin } from "./general-name.ts";
import { EMAIL_ADDRESS } from "./oids.ts";
import { commonName } from "./name.ts";

/**
 * Every name of a certificate that constraints bound: subject, alternative names, the address in the subject; and a
 * common name that is a host where no alternative one is, since some still take it for one.
 */
export function boundedNames({ subject, extensions }: Certificate): GeneralName[] {
  const { alternativeNames = [] } = extensions;
  const names: GeneralName[] = [...alternativeNames];
  if (subject.attributes.length > 0) names.push({ kind: "directory", name: subject });
  for (const { type, value } of subject.attributes) {
    if (type === EMAIL_ADDRESS) names.push({ kind: "email", value });
  }
  const common = commonName(subject);
  const host = /^(?:\*\.)?(?:[a-z0-9-]+\.)+[a-z0-9-]+$/i.test(common);
  if (host && !alternativeNames.some(({ kind }) => kind === "dns")) {
    names.push({ kind: "dns", value: common });
  }
  return names;
}

/** The first of `names` that lies outside; undefined where none does. */
export function outsideConstraints(
  names: readonly GeneralName[],
  { permitted, excluded }: NameConstraints,
): string | undefined {
  for (const name of names) {
    const same = (base: GeneralName) =>
      base.kind === name.kind && (base.kind !== "other" || base.tag === (name as typeof base).tag);
    // What nothing here can judge is outside as soon as it is bounded.
    const within = (base: GeneralName) => isWithin(name, base);
    const out = excluded.filter(same).some((base) => within(base) ?? true);
    const bounds = permitted.filter(same);
    if (out || bounds.length > 0 && !bounds.some((base) => within(base) === true)) {
      return generalNameText(name);
    }
  }
  return undefined;
}
