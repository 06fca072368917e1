/** A conversation: its head, what was said, what goes on, and where one writes. */
import { useEffect, useRef, useState } from "preact/hooks";
import { answer, loadMessages, newId, openTalk, search, sendText, showDialog } from "../actions.ts";
import { command } from "../api.ts";
import { visible } from "../links.ts";
import { MOST_SECONDS, record, type Recording } from "../sound.ts";
import {
  type Asked,
  complain,
  isVerified,
  type Message,
  nameOf,
  say,
  store,
  type Talk,
  talkName,
  talkOf,
} from "../store.ts";
import { sendFiles, stopUpload, upload } from "../upload.ts";
import { dayOf, lengthOf, sizeOf, t } from "../words.ts";
import { Bubble, Pace, stampOf, Transferred } from "./message.tsx";
import { Bar, Icon, IconButton, Seal } from "./parts.tsx";
import { presenceOf } from "./people.tsx";

/** Characters of a text, at most: it fits into one message in UTF-8. */
const MOST_TEXT = 16_000;

function Head({ talk }: { readonly talk: Talk }) {
  const name = talkName(talk);
  const isGroup = talk.group !== undefined;
  const presence = isGroup ? undefined : presenceOf(talk.id);
  const [searching, setSearching] = useState(false);
  const members = store.groups.find((each) => each.name === talk.group)?.members.length ?? 0;
  const where = presence === "here"
    ? store.silent.has(talk.id) ? t("silent") : t("connected")
    : presence === "known"
    ? t("nearby")
    : t("away");
  const call = () => {
    command("call", { to: talk.id }).catch(complain);
  };
  return (
    <header class="bar">
      <IconButton icon="back" name={t("back")} onClick={() => openTalk(undefined)} />
      <button
        type="button"
        class="who"
        onClick={() =>
          showDialog(
            isGroup ? { kind: "members", group: talk.group! } : { kind: "person", key: talk.id },
          )}
      >
        <Seal name={name} of={talk.id} mark={presence} />
        <span>
          <h2>
            <bdi>{isGroup ? `@${name}` : name}</bdi>
            {!isGroup && isVerified(talk.id) && (
              <span class="verified" title={t("verified")}>
                <Icon name="shield" />
                <span class="hidden">{t("verified")}</span>
              </span>
            )}
          </h2>
          <small>{isGroup ? t("members", members) : where}</small>
        </span>
      </button>
      {!isGroup && presence !== "here" && (
        <button type="button" class="quiet" onClick={call}>{t("connect")}</button>
      )}
      {searching && (
        <input
          type="search"
          class="search"
          aria-label={t("searchIn")}
          placeholder={t("searchIn")}
          value={store.search}
          autofocus
          onInput={(event) => void search(talk.id, event.currentTarget.value).catch(complain)}
        />
      )}
      <IconButton
        icon={searching ? "close" : "search"}
        name={searching ? t("endSearch") : t("searchIn")}
        aria-expanded={searching}
        onClick={() => {
          setSearching(!searching);
          if (searching) void search(talk.id, "").catch(complain);
        }}
      />
    </header>
  );
}

function Question({ asked }: { readonly asked: Asked }) {
  const name = visible(asked.name);
  const who = nameOf(asked.peer.key);
  const words = asked.what === "group"
    ? t("askGroup", who, name)
    : asked.what === "voice"
    ? t("askVoice", who, lengthOf(asked.seconds), sizeOf(asked.bytes))
    : t("askFiles", who, name, asked.files, sizeOf(asked.bytes));
  const say = (yes: boolean) => void answer(asked.id, yes).catch(complain);
  return (
    <div class="question" role="group" aria-label={words}>
      <p>{words}</p>
      <div class="row">
        <button type="button" class="primary" onClick={() => say(true)}>{t("accept")}</button>
        <button type="button" onClick={() => say(false)}>{t("decline")}</button>
      </div>
    </div>
  );
}

function Days({ talk, messages }: { readonly talk: Talk; readonly messages: readonly Message[] }) {
  let day = "";
  return (
    <>
      {messages.map((message) => {
        const next = dayOf(message.time);
        const head = next === day ? null : <h3 class="day">{next}</h3>;
        day = next;
        return [
          head,
          <Bubble
            key={message.id}
            talk={talk.id}
            message={message}
            grouped={talk.group !== undefined}
            stamp={stampOf(message)}
          />,
        ];
      })}
    </>
  );
}

/** What goes on between the browser, the program and the peer. */
function UnderWay({ talk }: { readonly talk: Talk }) {
  const messages = store.loaded.get(talk.id)?.messages ?? [];
  const transfers = [...store.transfers.values()].filter(({ id, talk: with_ }) =>
    with_ === talk.id && !messages.some((each) => each.id === id)
  );
  const uploads = store.uploads.filter(({ to }) => to === talk.id);
  return (
    <>
      {transfers.map((each) => <Transferred key={each.id} transfer={each} />)}
      {uploads.map((each) => (
        <div key={each.name} class="transfer upload">
          <span>{t("reading", visible(each.name))}</span>
          <Bar done={each.done} total={each.size} label={each.name} />
          <Pace done={each.done} from={each.from} total={each.size} began={each.began} />
          <button type="button" class="link" onClick={() => void stopUpload(each).catch(complain)}>
            {t("cancel")}
          </button>
        </div>
      ))}
    </>
  );
}

function Unfinished() {
  if (store.unfinished.length === 0 || store.uploads.length > 0) return null;
  return (
    <div class="note" role="status">
      {store.unfinished.map(({ id, name, offset, size }) => (
        <p key={id}>{t("unfinished", visible(name), sizeOf(offset), sizeOf(size))}</p>
      ))}
    </div>
  );
}

/** The messages; the end stays in view as long as one is there. */
function Said({ talk }: { readonly talk: Talk }) {
  const list = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const loaded = store.loaded.get(talk.id);
  const found = store.found;
  const shown = found ?? loaded?.messages ?? [];
  useEffect(() => {
    atEnd.current = true;
    const { current } = list;
    if (current === null) return;
    // Whatever comes, goes or grows, of pictures and fonts, too: after the layout, before it is painted.
    const grown = new ResizeObserver(() => {
      if (atEnd.current) current.scrollTop = current.scrollHeight;
    });
    grown.observe(current);
    grown.observe(current.firstElementChild!);
    return () => grown.disconnect();
  }, [talk.id]);
  return (
    <div
      ref={list}
      class="said"
      tabIndex={0}
      role="log"
      aria-label={t("messagesWith", talkName(talk))}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        atEnd.current = scrollHeight - scrollTop - clientHeight < 40;
        if (scrollTop < 80 && loaded?.before !== undefined && found === undefined) {
          void loadMessages(talk.id, true).catch(complain);
        }
      }}
    >
      <div class="column">
        {loaded?.before !== undefined && found === undefined && (
          <button
            type="button"
            class="quiet older"
            onClick={() => void loadMessages(talk.id, true).catch(complain)}
          >
            {t("older")}
          </button>
        )}
        {shown.length === 0 && (
          <p class="empty">{found === undefined ? t("nothingSaid") : t("nothingFound")}</p>
        )}
        <Days talk={talk} messages={shown} />
        <UnderWay talk={talk} />
        {store.questions.filter(({ peer }) => peer.key === talk.id || talk.group !== undefined)
          .map((each) => <Question key={each.id} asked={each} />)}
        <Unfinished />
      </div>
    </div>
  );
}

/** The recorder: a meter, the time, an early end. */
function Recorder({ to, over }: { readonly to: string; readonly over: () => void }) {
  const [recording, setRecording] = useState<Recording>();
  const [level, setLevel] = useState(0);
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    let mine: Recording | undefined;
    let gone = false;
    record().then((begun) => {
      mine = begun;
      if (gone) begun.drop();
      else setRecording(begun);
    }, (error: Error) => {
      say(`${t("noMicrophone")} ${error.message}`, "error");
      over();
    });
    const timer = setInterval(() => {
      if (mine === undefined) return;
      setLevel(mine.level());
      setSeconds(mine.seconds());
    }, 80);
    return () => {
      gone = true;
      clearInterval(timer);
    };
  }, []);
  const send = () => {
    over();
    recording?.stop().then(({ file }) =>
      upload(
        to,
        file,
        (id) =>
          command("voice", { to, upload: id, ...(to.startsWith("@") ? {} : { id: newId() }) }),
      )
    ).catch(complain);
  };
  useEffect(() => {
    if (seconds >= MOST_SECONDS) send();
  }, [seconds >= MOST_SECONDS]);
  return (
    <div id="write" class="composer recorder" tabIndex={-1}>
      <IconButton
        icon="close"
        name={t("drop")}
        onClick={() => {
          recording?.drop();
          over();
        }}
      />
      <span class="dot" aria-hidden="true" />
      <span class="voice-time" role="timer">{lengthOf(seconds)}</span>
      <meter min={0} max={1} value={level} aria-label={t("level")} />
      <button
        type="button"
        class="primary"
        autofocus
        disabled={recording === undefined}
        onClick={send}
      >
        <Icon name="send" /> {t("stopAndSend")}
      </button>
    </div>
  );
}

/** Where one writes. */
function Composer({ talk }: { readonly talk: Talk }) {
  const area = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const [recording, setRecording] = useState(false);
  const draft = `draft ${talk.id}`;
  const fit = () => {
    const { current } = area;
    if (current === null) return;
    current.style.height = "auto";
    current.style.height = `${Math.min(current.scrollHeight, 180)}px`;
  };
  useEffect(() => {
    area.current!.value = sessionStorage.getItem(draft) ?? "";
    fit();
    if (matchMedia("(min-width: 760px)").matches) area.current!.focus();
  }, [talk.id]);
  if (recording) {
    return (
      <Recorder
        to={talk.id}
        over={() => {
          setRecording(false);
        }}
      />
    );
  }
  const send = () => {
    const { value } = area.current!;
    if (value.trim() === "") return;
    sendText(talk.id, value);
    area.current!.value = "";
    sessionStorage.removeItem(draft);
    fit();
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <input
        ref={picker}
        type="file"
        multiple
        hidden
        onChange={(event) => {
          sendFiles(talk.id, [...event.currentTarget.files ?? []]);
          event.currentTarget.value = "";
        }}
      />
      <IconButton icon="add" name={t("attach")} onClick={() => picker.current!.click()} />
      {talk.group === undefined && (
        <IconButton
          icon="hide"
          name={t("hideInPicture")}
          onClick={() => showDialog({ kind: "hide", to: talk.id })}
        />
      )}
      <textarea
        id="write"
        ref={area}
        rows={1}
        maxLength={MOST_TEXT}
        aria-label={t("writeTo", talkName(talk))}
        placeholder={t("write")}
        onInput={(event) => {
          sessionStorage.setItem(draft, event.currentTarget.value);
          fit();
        }}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          send();
        }}
        onPaste={(event) => {
          const files = [...event.clipboardData?.files ?? []];
          if (files.length === 0) return;
          event.preventDefault();
          sendFiles(talk.id, files);
        }}
      />
      <IconButton
        icon="mic"
        name={t("recordVoice")}
        onClick={() => setRecording(true)}
      />
      <button type="submit" class="icon-button send" aria-label={t("send")} title={t("send")}>
        <Icon name="send" />
      </button>
    </form>
  );
}

/** The whole of it. Files that are dropped on it are sent. */
export function Conversation({ id }: { readonly id: string }) {
  const talk = talkOf(id);
  const [over, setOver] = useState(false);
  const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
  return (
    <main
      class={over ? "talk dropping" : "talk"}
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
    </main>
  );
}

/** No conversation is open. */
export function NoTalk() {
  return (
    <main class="talk none">
      <div class="empty">
        <p>{store.talks.length === 0 ? t("reachSomebody") : t("chooseSomebody")}</p>
        {store.questions.map((each) => <Question key={each.id} asked={each} />)}
      </div>
    </main>
  );
}
