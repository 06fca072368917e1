/** Pairing by a spoken code, from either side. */
import { useEffect, useState } from "preact/hooks";
import { command } from "../../api.ts";
import { codeShown, type PairingCode } from "../../events.ts";
import { refreshPeople } from "../../refresh.ts";
import { complain, nameOf, say } from "../../store.ts";
import { openTalk } from "../../talks.ts";
import { t } from "../../words.ts";
import { Field, valuesOf } from "../parts.tsx";
import { close } from "./done.ts";

/** Makes a code, or takes one. */
export function Pairing() {
  const [shown, setShown] = useState<PairingCode>();
  const [busy, setBusy] = useState(false);
  const paired = (work: ReturnType<typeof command>) => {
    setBusy(true);
    work.then(async ({ peer }) => {
      await refreshPeople();
      close();
      openTalk(peer.key);
      say(t("paired", nameOf(peer.key)));
    }).catch(complain).finally(() => {
      setBusy(false);
      setShown(undefined);
    });
  };
  useEffect(() => {
    codeShown(setShown);
    return () => codeShown(undefined);
  }, []);
  return (
    <section>
      <h3>{t("pair")}</h3>
      <p class="hint">{t("pairHint")}</p>
      {shown === undefined
        ? (
          <button type="button" disabled={busy} onClick={() => paired(command("pair"))}>
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
          paired(command("pair", { code, ...where, ...(name === "" ? {} : { name }) }));
        }}
      >
        <Field label={t("theirCode")} name="code" required />
        <Field label={t("addressIfKnown")} name="peer" />
        <button type="submit" disabled={busy}>{t("enterCode")}</button>
      </form>
    </section>
  );
}
