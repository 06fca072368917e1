/** The screens, put together. */
import { useEffect } from "preact/hooks";
import { isTaken } from "../presses.ts";
import { leaveTalk } from "./people.tsx";
import { store } from "../store.ts";
import { t } from "../words.ts";
import { Outside, Passphrase, Welcome } from "./first.tsx";
import { People } from "./people.tsx";
import { Conversation, NoTalk } from "./talk.tsx";
import { OpenWindow } from "./windows.tsx";

/** The screens before the conversations. */
export function First() {
  switch (store.stage) {
    case "none":
      return <Welcome />;
    case "locked":
      return <Passphrase />;
    case "idle":
      return store.passphrase ? <Passphrase /> : <Outside />;
    case "outside":
      return <Outside />;
    default:
      return <main class="first" aria-busy="true" />;
  }
}

/** People at one side, a conversation at the other; on a narrow screen one of both. */
export function Page() {
  const { open } = store;
  useEffect(() => {
    const keys = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || isTaken(event) || event.defaultPrevented) return;
      if (store.dialog === undefined && store.open !== undefined) leaveTalk();
    };
    addEventListener("keydown", keys);
    return () => removeEventListener("keydown", keys);
  }, []);
  return (
    <main class={open === undefined ? "page" : "page reading"}>
      <h1 class="hidden">{t("title")}</h1>
      <People />
      {open === undefined ? <NoTalk /> : <Conversation id={open} />}
      <OpenWindow />
    </main>
  );
}

/** Lines that come and go. */
export function Notices() {
  return (
    <div class="notices" role="status" aria-live="polite">
      {store.notices.map(({ id, level, words }) => <p key={id} class={level}>{words}</p>)}
    </div>
  );
}
