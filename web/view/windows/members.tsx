/** Who is in a group; they come and go. */
import { command } from "../../api.ts";
import { refreshPeople } from "../../refresh.ts";
import { nameOf, store } from "../../store.ts";
import { t } from "../../words.ts";
import { Window } from "../parts.tsx";
import { close, done } from "./done.ts";

/** The window. */
export function Members({ of }: { readonly of: string }) {
  const group = store.groups.find(({ id }) => `@${id}` === of);
  const name = group?.name ?? "";
  const members = group?.members ?? [];
  const others = store.contacts.filter(({ key }) => !members.some((each) => each.key === key));
  return (
    <Window title={`@${name}`} close={close}>
      <section>
        <h3>{t("members", members.length)}</h3>
        <ul class="plain">
          {members.map(({ key }) => (
            <li key={key} class="row">
              <bdi>{key === store.self?.key ? t("you") : nameOf(key)}</bdi>
              {key !== store.self?.key && (
                <button
                  type="button"
                  class="link"
                  onClick={() =>
                    done(
                      `remove ${key}`,
                      () =>
                        command("group-remove", { group: of, member: key })
                          .then(refreshPeople),
                    )}
                >
                  {t("remove")}
                </button>
              )}
            </li>
          ))}
        </ul>
      </section>
      {others.length > 0 && (
        <section>
          <h3>{t("addToGroup")}</h3>
          <div class="row wrap">
            {others.map(({ key, name }) => (
              <button
                key={key}
                type="button"
                onClick={() =>
                  done(
                    `add ${key}`,
                    () =>
                      command("group-invite", { group: of, members: [key] })
                        .then(refreshPeople),
                  )}
              >
                <bdi>{name}</bdi>
              </button>
            ))}
          </div>
        </section>
      )}
      <section>
        <button
          type="button"
          class="danger"
          onClick={() => {
            if (!confirm(t("leaveSure", name))) return;
            done(`leave ${of}`, async () => {
              await command("group-leave", { group: of });
              await refreshPeople();
              close();
            });
          }}
        >
          {t("leave")}
        </button>
      </section>
    </Window>
  );
}
