/** The people and groups, at the side. */
import { openTalk } from "../talks.ts";
import { focusOn, focusOnWriting } from "../focus.ts";
import type { Talk } from "../model.ts";
import { isVerified, showDialog, store, talkName } from "../store.ts";
import { moment, t } from "../words.ts";
import { Icon, IconButton, Seal } from "./parts.tsx";

/** What the last message was, in a line. */
function lastLine({ last }: Talk): string {
  if (last === undefined) return t("nothingYet");
  const text = last.kind === "voice" ? t("voiceNote") : last.text;
  return last.from === "me" ? t("byMe", text) : text;
}

/** Whether somebody is connected, or heard nearby. */
export function presenceOf(key: string | undefined): "here" | "known" | undefined {
  if (key === undefined) return undefined;
  if (store.connected.has(key)) return "here";
  return store.present.has(key) ? "known" : undefined;
}

function keyOf({ id, group }: Talk): string | undefined {
  return group === undefined ? id : undefined;
}

function Row({ talk }: { readonly talk: Talk }) {
  const name = talkName(talk);
  const key = keyOf(talk);
  const presence = presenceOf(key);
  const here = presence === "here" ? t("connected") : presence === "known" ? t("nearby") : "";
  return (
    <li>
      <button
        type="button"
        class="person"
        data-id={talk.id}
        aria-current={store.open === talk.id ? "true" : undefined}
        onClick={() => {
          openTalk(talk.id);
          focusOnWriting();
        }}
      >
        <Seal name={name} of={talk.id} mark={presence} />
        <span class="person-text">
          <span class="person-name">
            <bdi>{talk.group === undefined ? name : `@${name}`}</bdi>
            {key !== undefined && isVerified(key) && (
              <span class="verified" title={t("verified")}>
                <Icon name="shield" />
                <span class="hidden">{t("verified")}</span>
              </span>
            )}
          </span>
          <span class="person-last">{lastLine(talk)}</span>
          {here && <span class="hidden">{here}</span>}
        </span>
        <span class="person-side">
          {talk.latest > 0 && <time>{moment(talk.latest)}</time>}
          {talk.unread > 0 && (
            <span class="unread">
              {talk.unread}
              <span class="hidden">{t("unread")}</span>
            </span>
          )}
        </span>
      </button>
    </li>
  );
}

/** Closes the conversation; whoever it was with has the focus in the list. */
export function leaveTalk(): void {
  const { open } = store;
  openTalk(undefined);
  if (open !== undefined) focusOn(`.person[data-id="${CSS.escape(open)}"]`);
}

/** The list, and the ways to more. */
export function People() {
  const talks = store.talks.toSorted((a, b) =>
    b.latest - a.latest || talkName(a).localeCompare(talkName(b))
  );
  const waiting = store.outbox.length;
  return (
    <nav class="people" aria-label={t("people")}>
      {store.open !== undefined && <a class="skip" href="#write">{t("skip")}</a>}
      <header class="bar">
        <span class="brand" aria-hidden="true">{t("title")}</span>
        <IconButton icon="add" name={t("addPerson")} onClick={() => showDialog({ kind: "add" })} />
        <IconButton
          icon="group"
          name={t("newGroup")}
          onClick={() => showDialog({ kind: "group" })}
        />
        <IconButton
          icon="gear"
          name={t("settings")}
          onClick={() => showDialog({ kind: "settings" })}
        />
      </header>
      {talks.length > 0
        ? <ul>{talks.map((talk) => <Row key={talk.id} talk={talk} />)}</ul>
        : (
          <div class="empty">
            <p>{t("nobodyYet")}</p>
            <button type="button" class="primary" onClick={() => showDialog({ kind: "add" })}>
              {t("addPerson")}
            </button>
          </div>
        )}
      <footer>
        <button type="button" class="quiet" onClick={() => showDialog({ kind: "outbox" })}>
          <Icon name="outbox" /> {waiting === 0 ? t("outbox") : t("outboxCount", waiting)}
        </button>
        <span class={store.online ? "status" : "status off"} role="status">
          {store.online ? "" : t("offline")}
        </span>
      </footer>
    </nav>
  );
}
