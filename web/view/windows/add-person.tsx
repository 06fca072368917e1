/** How one gets to know somebody: the own invitation, theirs, an address, a code. */
import { command } from "../../api.ts";
import { refreshPeople } from "../../refresh.ts";
import { t } from "../../words.ts";
import { Field, valuesOf, Window } from "../parts.tsx";
import { close, useWay } from "./done.ts";
import { Invitation } from "./invitation.tsx";
import { Pairing } from "./pairing.tsx";

/** The window. */
export function AddPerson() {
  const invited = useWay();
  const called = useWay();
  return (
    <Window title={t("addPerson")} close={close} wide>
      <div class="columns">
        <Invitation />
        <div>
          <section>
            <h3>{t("theirInvitation")}</h3>
            <form
              onSubmit={(event) => {
                const { line = "", name = "" } = valuesOf(event);
                invited.go(event.currentTarget, async () => {
                  const named = name === "" ? {} : { name };
                  const { contact } = await command("accept-invitation", { line, ...named });
                  await refreshPeople();
                  return contact.key;
                });
              }}
            >
              <Field label={t("invitationLine")} name="line" placeholder="p2p://…" required />
              <Field label={t("nameHere")} name="name" hint={t("nameHereHint")} />
              <button type="submit" class="primary" aria-disabled={invited.busy}>
                {t("accept")}
              </button>
            </form>
          </section>
          <section>
            <h3>{t("byAddress")}</h3>
            <form
              class="row"
              onSubmit={(event) => {
                const { address = "" } = valuesOf(event);
                called.go(
                  event.currentTarget,
                  async () => (await command("call", { to: address }))["peer"].key,
                );
              }}
            >
              <Field label={t("address")} name="address" placeholder="192.168.1.5" required />
              <button type="submit" aria-disabled={called.busy}>
                {called.busy ? t("connecting") : t("connect")}
              </button>
            </form>
          </section>
          <Pairing />
        </div>
      </div>
    </Window>
  );
}
