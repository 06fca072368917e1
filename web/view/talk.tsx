/** A conversation: its head, what was said, what goes on, and where one writes. */
import { useState } from "preact/hooks";
import { store, talkName, talkOf } from "../store.ts";
import { sendFiles } from "../upload.ts";
import { t } from "../words.ts";
import { Composer } from "./composer.tsx";
import { Head } from "./head.tsx";
import { Question } from "./question.tsx";
import { Said } from "./said.tsx";

/** The whole of it. Files that are dropped on it are sent. */
export function Conversation({ id }: { readonly id: string }) {
  const talk = talkOf(id);
  const [over, setOver] = useState(false);
  const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
  return (
    <section
      class={over ? "talk dropping" : "talk"}
      aria-label={talkName(talk)}
      onDragOver={(event) => {
        if (!carriesFiles(event)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
      }}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        sendFiles(id, [...event.dataTransfer?.files ?? []]);
      }}
    >
      <Head key={id} talk={talk} />
      <Said key={`said ${id}`} talk={talk} />
      <Composer key={`write ${id}`} talk={talk} />
      {over && <div class="drop-here" aria-hidden="true">{t("dropHere", talkName(talk))}</div>}
    </section>
  );
}

/** No conversation is open. */
export function NoTalk() {
  return (
    <section class="talk none">
      <div class="empty">
        <p>{store.talks.length === 0 ? t("reachSomebody") : t("chooseSomebody")}</p>
        {store.questions.map((each) => <Question key={each.id} asked={each} />)}
      </div>
    </section>
  );
}
