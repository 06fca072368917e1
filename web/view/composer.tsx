/** Where one writes, and from where files and voice notes go out. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { focusIsFree, focusOn, focusOnWriting } from "../focus.ts";
import type { Talk } from "../model.ts";
import { isTaken } from "../presses.ts";
import { showDialog, talkName } from "../store.ts";
import { sendText } from "../talks.ts";
import { sendFiles } from "../upload.ts";
import { t } from "../words.ts";
import { Icon, IconButton } from "./parts.tsx";
import { Recorder } from "./recorder.tsx";

/** Characters of a text, at most: it fits into one message in UTF-8. */
const MOST_TEXT = 16_000;

/** Makes the field as high as its text, where the style alone does not: each measure lays the whole page out. */
function fit(area: HTMLTextAreaElement): void {
  if (CSS.supports("field-sizing", "content")) return;
  area.style.height = "auto";
  area.style.height = `${area.scrollHeight}px`;
}

/** Files: chosen by the system's own window. */
function Attach({ to }: { readonly to: string }) {
  const picker = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={picker}
        type="file"
        multiple
        hidden
        onChange={({ currentTarget }) => {
          sendFiles(to, [...currentTarget.files ?? []]);
          currentTarget.value = "";
        }}
      />
      <IconButton icon="add" name={t("attach")} onClick={() => picker.current!.click()} />
    </>
  );
}

/** The field, and the buttons around it. What was begun there stays with the conversation. */
function Writer({ talk, record }: { readonly talk: Talk; readonly record: () => void }) {
  const { id, group } = talk;
  const area = useRef<HTMLTextAreaElement>(null);
  const draft = `draft ${id}`;
  // Before anybody can write there: what comes later would take the place of what they wrote.
  useLayoutEffect(() => {
    const { current } = area;
    current!.value = sessionStorage.getItem(draft) ?? "";
    fit(current!);
  }, [draft]);
  const send = () => {
    const { current } = area;
    if (current!.value.trim() === "") return;
    sendText(id, current!.value);
    current!.value = "";
    sessionStorage.removeItem(draft);
    fit(current!);
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <Attach to={id} />
      {group === undefined && (
        <IconButton
          icon="hide"
          name={t("hideInPicture")}
          onClick={() => showDialog({ kind: "hide", of: id })}
        />
      )}
      <textarea
        id="write"
        ref={area}
        rows={1}
        maxLength={MOST_TEXT}
        aria-label={t("writeTo", talkName(talk))}
        placeholder={t("write")}
        onInput={({ currentTarget }) => {
          sessionStorage.setItem(draft, currentTarget.value);
          fit(currentTarget);
        }}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.shiftKey || isTaken(event)) return;
          event.preventDefault();
          send();
        }}
        onPaste={(event) => {
          const files = [...event.clipboardData?.files ?? []];
          if (files.length === 0) return;
          event.preventDefault();
          sendFiles(id, files);
        }}
      />
      <IconButton icon="mic" name={t("recordVoice")} data-record onClick={record} />
      <button type="submit" class="icon-button send" aria-label={t("send")} title={t("send")}>
        <Icon name="send" />
      </button>
    </form>
  );
}

/** The field to write in, or the recorder. */
export function Composer({ talk }: { readonly talk: Talk }) {
  const [recording, setRecording] = useState(false);
  const began = useRef(false);
  useLayoutEffect(() => {
    if (recording) return;
    if (!began.current) focusOnWriting();
    else if (focusIsFree()) focusOn("[data-record]");
    began.current = true;
  }, [recording]);
  if (recording) return <Recorder to={talk.id} over={() => setRecording(false)} />;
  return <Writer talk={talk} record={() => setRecording(true)} />;
}
