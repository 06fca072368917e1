/** The head of a conversation: who it is with, whether they are there, the search. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { command } from "../api.ts";
import { focusOn } from "../focus.ts";
import type { Talk } from "../model.ts";
import { isTaken } from "../presses.ts";
import { complain, isVerified, showDialog, store, talkName } from "../store.ts";
import { search } from "../talks.ts";
import { t } from "../words.ts";
import { Icon, IconButton, Seal } from "./parts.tsx";
import { leaveTalk, presenceOf } from "./people.tsx";

/** Whether somebody is there, in words. */
function whereabouts(key: string): string {
  const presence = presenceOf(key);
  if (presence === undefined) return t("away");
  if (presence === "known") return t("nearby");
  return store.silent.has(key) ? t("silent") : t("connected");
}

/** Calls somebody; says that it does. */
function Connect({ to }: { readonly to: string }) {
  const [calling, setCalling] = useState(false);
  const call = () => {
    if (calling) return;
    setCalling(true);
    command("call", { to }).catch(complain).finally(() => setCalling(false));
  };
  return (
    <button type="button" class="quiet connect" aria-disabled={calling} onClick={call}>
      {calling ? t("connecting") : t("connect")}
    </button>
  );
}

function SearchField({ talk, over }: { readonly talk: Talk; readonly over: () => void }) {
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => field.current!.focus(), []);
  return (
    <input
      type="search"
      class="search"
      aria-label={t("searchIn")}
      placeholder={t("searchIn")}
      value={store.search}
      ref={field}
      onInput={(event) => void search(talk.id, event.currentTarget.value).catch(complain)}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        // The browser would empty the field, though an input method has the key.
        event.preventDefault();
        if (!isTaken(event)) over();
      }}
    />
  );
}

/** Who it is with. */
export function Head({ talk }: { readonly talk: Talk }) {
  const name = talkName(talk);
  const { id, group } = talk;
  const presence = group === undefined ? presenceOf(id) : undefined;
  const [searching, setSearching] = useState(false);
  const members = store.groups.find((each) => `@${each.id}` === id)?.members.length ?? 0;
  const endSearch = () => {
    setSearching(false);
    search(id, "").catch(complain);
    focusOn(".talk [aria-expanded]");
  };
  return (
    <header class="bar">
      <IconButton icon="back" name={t("back")} onClick={leaveTalk} />
      <button
        type="button"
        class="who"
        onClick={() =>
          showDialog(
            group === undefined ? { kind: "person", of: id } : { kind: "members", of: id },
          )}
      >
        <Seal name={name} of={id} mark={presence} />
        <span>
          <h2>
            <bdi>{group === undefined ? name : `@${name}`}</bdi>
            {group === undefined && isVerified(id) && (
              <span class="verified" title={t("verified")}>
                <Icon name="shield" />
                <span class="hidden">{t("verified")}</span>
              </span>
            )}
          </h2>
          <small>{group === undefined ? whereabouts(id) : t("members", members)}</small>
        </span>
      </button>
      {group === undefined && presence !== "here" && <Connect to={id} />}
      {searching && <SearchField talk={talk} over={endSearch} />}
      <IconButton
        icon={searching ? "close" : "search"}
        name={searching ? t("endSearch") : t("searchIn")}
        aria-expanded={searching}
        onClick={() => searching ? endSearch() : setSearching(true)}
      />
    </header>
  );
}
