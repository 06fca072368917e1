/** Somebody: the safety number, the name, whether anything of theirs is taken. */
import { useEffect, useState } from "preact/hooks";
import { command } from "../../api.ts";
import { refreshPeople, setVerified } from "../../refresh.ts";
import { complain, contactOf, isVerified, nameOf } from "../../store.ts";
import { t } from "../../words.ts";
import { useChosen } from "../chosen.ts";
import { Field, valuesOf, Window } from "../parts.tsx";
import { close, done } from "./done.ts";

/** The window. */
export function Person({ of }: { readonly of: string }) {
  const [number, setNumber] = useState("");
  const contact = contactOf(of);
  const [verified, verify] = useChosen(isVerified(of), (verified) => setVerified(of, verified));
  const block = (blocked: boolean) =>
    done(`block ${of}`, () => command("block", { peer: of, blocked }).then(refreshPeople));
  useEffect(() => {
    command("verify", { peer: of }).then(({ safetyNumber }) => setNumber(safetyNumber), complain);
  }, [of]);
  return (
    <Window title={nameOf(of)} close={close}>
      <section>
        <h3>{t("safetyNumber")}</h3>
        <p class="hint">{t("safetyHint", nameOf(of))}</p>
        <div class="safety" aria-label={t("safetyNumber")}>
          {number.split(" ").map((group, i) => <span key={i}>{group}</span>)}
        </div>
        <label class="choice">
          <input
            type="checkbox"
            checked={verified}
            onChange={(event) => verify(event.currentTarget.checked)}
          />
          {t("numberCompared")}
        </label>
      </section>
      <section>
        <form
          class="row"
          onSubmit={(event) => {
            const { name = "" } = valuesOf(event);
            done(`name ${of}`, async () => {
              await (contact === undefined
                ? command("contact", { name, key: of })
                : command("rename", { name: contact.name, to: name }));
              await refreshPeople();
            }, t("saved"));
          }}
        >
          <Field label={t("name")} name="name" defaultValue={contact?.name ?? ""} required />
          <button type="submit">{t("keep")}</button>
        </form>
        <p class="hint mono">{of}</p>
      </section>
      <section class="row">
        <button
          type="button"
          class="danger"
          onClick={() => {
            if (!confirm(t("blockSure", nameOf(of)))) return;
            block(true);
          }}
        >
          {contact?.blocked ? t("blocked") : t("block")}
        </button>
        {contact?.blocked && (
          <button
            type="button"
            onClick={() => block(false)}
          >
            {t("unblock")}
          </button>
        )}
      </section>
    </Window>
  );
}
