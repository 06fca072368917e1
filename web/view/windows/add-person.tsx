/** How one gets to know somebody: the own invitation, theirs, an address, a code. */
import { command } from "../../api.ts";
import { refreshPeople } from "../../refresh.ts";
import { complain } from "../../store.ts";
import { openTalk } from "../../talks.ts";
import { t } from "../../words.ts";
import { Field, valuesOf, Window } from "../parts.tsx";
import { close } from "./done.ts";
import { Invitation } from "./invitation.tsx";
import { Pairing } from "./pairing.tsx";

/** The window. */
export function AddPerson() {
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
                command("accept-invitation", { line, ...(name === "" ? {} : { name }) })
                  .then(async ({ contact }) => {
                    await refreshPeople();
                    close();
                    openTalk(contact.key);
                  }).catch(complain);
              }}
            >
              <Field label={t("invitationLine")} name="line" placeholder="p2p://…" required />
              <Field label={t("nameHere")} name="name" hint={t("nameHereHint")} />
              <button type="submit" class="primary">{t("accept")}</button>
            </form>
          </section>
          <section>
            <h3>{t("byAddress")}</h3>
            <form
              class="row"
              onSubmit={(event) => {
                const { address = "" } = valuesOf(event);
                command("call", { to: address }).then(({ peer }) => {
                  close();
                  openTalk(peer.key);
                }).catch(complain);
              }}
            >
              <Field label={t("address")} name="address" placeholder="192.168.1.5" required />
              <button type="submit">{t("connect")}</button>
            </form>
          </section>
          <Pairing />
        </div>
      </div>
    </Window>
  );
}
