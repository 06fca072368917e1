/** Pairing by a spoken code, from either side. */
import { useEffect, useRef, useState } from "preact/hooks";
import { command } from "../../api.ts";
import { codeShown, type PairingCode } from "../../events.ts";
import { refreshPeople } from "../../refresh.ts";
import { nameOf, say } from "../../store.ts";
import { t } from "../../words.ts";
import { Field, valuesOf } from "../parts.tsx";
import { useWay } from "./done.ts";

/** Makes a code, or takes one. */
export function Pairing() {
  const [shown, setShown] = useState<PairingCode>();
  const { busy, go } = useWay();
  const section = useRef<HTMLElement>(null);
  const pair = (fields: Record<string, unknown> = {}) =>
    go(section.current!, async () => {
      try {
        const { peer } = await command("pair", fields);
        await refreshPeople();
        say(t("paired", nameOf(peer.key)));
        return peer.key;
      } finally {
        setShown(undefined);
      }
    });
  useEffect(() => {
    codeShown(setShown);
    return () => codeShown(undefined);
  }, []);
  return (
    <section ref={section}>
      <h3>{t("pair")}</h3>
      <p class="hint">{t("pairHint")}</p>
      {shown === undefined
        ? (
          <button type="button" aria-disabled={busy} onClick={() => pair()}>
            {t("makeCode")}
          </button>
        )
        : (
          <>
            <output class="code">{shown.code}</output>
            <p class="hint">{t("codeAt", shown.port)}</p>
          </>
        )}
      <form
        class="row"
        onSubmit={(event) => {
          const { code = "", peer = "", name = "" } = valuesOf(event);
          const where = peer === "" ? {} : { peer };
          pair({ code, ...where, ...(name === "" ? {} : { name }) });
        }}
      >
        <Field label={t("theirCode")} name="code" required />
        <Field label={t("addressIfKnown")} name="peer" />
        <button type="submit" aria-disabled={busy}>{t("enterCode")}</button>
      </form>
    </section>
  );
}
