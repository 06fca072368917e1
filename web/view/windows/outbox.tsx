/** What waits for somebody who is away. */
import { useEffect } from "preact/hooks";
import { visible } from "../../links.ts";
import { refreshOutbox } from "../../refresh.ts";
import { complain, nameOf, store } from "../../store.ts";
import { cancel } from "../../talks.ts";
import { moment, t } from "../../words.ts";
import { Window } from "../parts.tsx";
import { close, done } from "./done.ts";

/** The window. */
export function OutboxWindow() {
  useEffect(() => {
    refreshOutbox().catch(complain);
  }, []);
  return (
    <Window title={t("outbox")} close={close}>
      {store.outbox.length === 0 ? <p class="empty">{t("outboxEmpty")}</p> : (
        <ul class="plain">
          {store.outbox.map(({ id, peer, text, written }) => (
            <li key={id + peer.key} class="row">
              <span class="grow">
                <b>
                  <bdi>{nameOf(peer.key)}</bdi>
                </b>
                <span class="clip">{visible(text)}</span>
                <small>{moment(Date.parse(written))}</small>
              </span>
              <button
                type="button"
                onClick={() => done(`cancel ${id}`, () => cancel(id), t("cancelled"))}
              >
                {t("cancel")}
              </button>
            </li>
          ))}
        </ul>
      )}
    </Window>
  );
}
