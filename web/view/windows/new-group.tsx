/** A group is made, of contacts. */
import { command } from "../../api.ts";
import { refreshPeople } from "../../refresh.ts";
import { store } from "../../store.ts";
import { t } from "../../words.ts";
import { Field, valuesOf, Window } from "../parts.tsx";
import { close, useWay } from "./done.ts";

/** The window. */
export function NewGroup() {
  const { busy, go } = useWay();
  return (
    <Window title={t("newGroup")} close={close} form>
      <form
        onSubmit={(event) => {
          const { name = "", ...chosen } = valuesOf(event);
          const members = Object.keys(chosen).filter((key) => key.startsWith("p2p1"));
          go(event.currentTarget, async () => {
            const { group } = await command("group-create", { name, members });
            await refreshPeople();
            return `@${group.id}`;
          });
        }}
      >
        <Field label={t("groupName")} name="name" required first />
        <fieldset>
          <legend>{t("membersTitle")}</legend>
          {store.contacts.length === 0 && <p class="hint">{t("nobodyYet")}</p>}
          {store.contacts.map(({ key, name }) => (
            <label key={key} class="choice">
              <input type="checkbox" name={key} />
              <bdi>{name}</bdi>
            </label>
          ))}
        </fieldset>
        <button type="submit" class="primary" aria-disabled={busy}>
          {busy ? t("making") : t("make")}
        </button>
      </form>
    </Window>
  );
}
