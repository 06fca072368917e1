/** One message: a text, a file, a picture, a voice note. Whatever others sent is text, or bytes that nothing runs in. */
import { Component } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import { command, post, request } from "../api.ts";
import { piecesOf, visible } from "../links.ts";
import { BARS, lookInto } from "../sound.ts";
import type { Message, Transfer } from "../model.ts";
import { complain, nameOf, store } from "../store.ts";
import { cancel, discard, openTalk, sendAgain } from "../talks.ts";
import { unsentText } from "../unsent.ts";
import { pace } from "../upload.ts";
import { clock, lengthOf, sizeOf, spoken, t } from "../words.ts";
import { Bar, Icon, IconButton, type IconName } from "./parts.tsx";

/** Larger pictures and notes are not loaded by themselves, in bytes. */
const MOST_PICTURE = 24 << 20;
const MOST_SOUND = 32 << 20;
const PICTURE = /\.(?:png|jpe?g|gif|webp)$/i;

/** The address of a message's bytes. */
function bytesOf(talk: string, id: string): string {
  return `/files/${talk.startsWith("@") ? talk.slice(1) : talk}/${id}`;
}

/** How far an own message is. */
function State({ message }: { readonly message: Message }) {
  const states: Readonly<Record<string, readonly [IconName, string]>> = {
    waiting: ["clock", t("stateWaiting")],
    sent: ["check", message.delivered ? t("stateSome", message.delivered) : t("stateSent")],
    delivered: ["checks", t("stateDelivered")],
    failed: ["warn", t("stateFailed")],
    cancelled: ["close", t("stateCancelled")],
  };
  const state = states[message.state];
  if (message.from !== "me" || state === undefined) return null;
  return (
    <span class={`state ${message.state}`} title={state[1]}>
      <Icon name={state[0]} />
      <span class="hidden">{state[1]}</span>
    </span>
  );
}

function Words({ text }: { readonly text: string }) {
  return (
    <p class="words" dir="auto">
      {piecesOf(text).map(({ text, link }, i) =>
        link === undefined
          ? text
          : <a key={i} href={link} target="_blank" rel="noopener noreferrer nofollow">{text}</a>
      )}
    </p>
  );
}

/** Fetches bytes, when the place is seen. */
function useBlob(path: string, wanted: boolean): [Blob | undefined, string] {
  const [blob, setBlob] = useState<Blob>();
  const [type, setType] = useState("");
  useEffect(() => {
    if (!wanted) return;
    const stop = new AbortController();
    request("GET", path, undefined, stop.signal).then(async (response) => {
      const kind = response.headers.get("x-p2p-picture") ?? "";
      const body = await response.blob();
      setType(kind);
      setBlob(new Blob([body], { type: kind }));
    }).catch(() => undefined);
    return () => stop.abort();
  }, [path, wanted]);
  return [blob, type];
}

function useUrl(blob: Blob | undefined): string | undefined {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (blob === undefined) return;
    const made = URL.createObjectURL(blob);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  return url;
}

/** Saves a file: the browser fetches it with a pass that is good once. */
async function save(path: string): Promise<void> {
  const { pass } = await post("/passes", { path });
  const link = document.createElement("a");
  link.href = `${path}?pass=${pass}`;
  link.download = "";
  link.click();
}

function File({ talk, message }: { readonly talk: string; readonly message: Message }) {
  const { id, text, bytes = 0, stored } = message;
  const path = bytesOf(talk, id);
  const shows = stored && PICTURE.test(text) && bytes <= MOST_PICTURE;
  const [blob, type] = useBlob(path, shows);
  const url = useUrl(type === "" ? undefined : blob);
  const [found, setFound] = useState<string>();
  const reveal = () => {
    command("reveal", { message: id, with: talk }).then(
      ({ text, path }) => setFound(text ?? t("revealedFile", path)),
      (error: Error) => setFound(error.message),
    );
  };
  const name = visible(text);
  return (
    <>
      {url !== undefined && <img class="picture" src={url} alt={t("pictureOf", name)} />}
      <div class="file-row">
        {url === undefined && <Icon name="file" />}
        <span class="file-name">
          <bdi title={name}>{name}</bdi>
          {bytes > 0 && <small>{sizeOf(bytes)}</small>}
        </span>
        {type !== "" && message.from !== "me" && (
          <IconButton icon="eye" name={t("reveal")} onClick={reveal} />
        )}
        {stored && (
          <IconButton
            icon="download"
            name={t("save")}
            onClick={() => void save(path).catch(complain)}
          />
        )}
      </div>
      {found !== undefined && (
        <div class="found" role="status">
          <small>{t("hiddenHere")}</small>
          <Words text={found} />
        </div>
      )}
    </>
  );
}

function Voice({ talk, message }: { readonly talk: string; readonly message: Message }) {
  const { id, seconds = 0, bytes = 0, stored } = message;
  const [blob] = useBlob(bytesOf(talk, id), stored && bytes <= MOST_SOUND);
  const url = useUrl(blob);
  const audio = useRef<HTMLAudioElement>(null);
  const [sound, setSound] = useState<{ bars: readonly number[]; seconds: number }>();
  const [at, setAt] = useState(0);
  const [playing, setPlaying] = useState(false);
  useEffect(() => {
    blob?.arrayBuffer().then(lookInto).then(setSound, () => undefined);
  }, [blob]);
  const whole = sound?.seconds ?? seconds;
  const bars = sound?.bars ?? Array.from({ length: BARS }, () => 0.08);
  const toggle = () => {
    const { current } = audio;
    if (current === null) return;
    if (current.paused) current.play().catch(complain);
    else current.pause();
  };
  return (
    <div class="voice-row">
      <IconButton
        icon={playing ? "pause" : "play"}
        name={playing ? t("pause") : t("play")}
        disabled={url === undefined}
        onClick={toggle}
      />
      <svg class="wave" viewBox={`0 0 ${BARS * 3} 28`} aria-hidden="true">
        {bars.map((height, i) => (
          <rect
            key={i}
            class={whole > 0 && i / BARS < at / whole ? "past" : ""}
            {...{ x: i * 3, y: 14 - height * 13, width: 1.8, height: Math.max(1.6, height * 26) }}
            rx="0.9"
          />
        ))}
      </svg>
      <span class="voice-time">{lengthOf(playing || at > 0 ? at : whole)}</span>
      <span class="hidden">{t("voiceNote")}</span>
      <audio
        ref={audio}
        src={url}
        onPlay={() => setPlaying(true)}
        onPause={() => setPlaying(false)}
        onEnded={() => setAt(0)}
        onTimeUpdate={(event) => setAt(event.currentTarget.currentTime)}
      />
    </div>
  );
}

/** How far a transfer is, how fast it goes, and how long it takes yet. */
export function Pace({ done, from, total, began }: {
  readonly done: number;
  readonly from: number;
  readonly total: number;
  readonly began: number;
}) {
  const { rate, left } = pace(done, from, total, began);
  return (
    <small class="pace">
      {t("ofSize", sizeOf(done), sizeOf(total))}
      {rate > 0 && ` · ${sizeOf(rate)}/s`}
      {left !== undefined && ` · ${t("left", lengthOf(left))}`}
    </small>
  );
}

/** A transfer between the programs. */
export function Transferred({ transfer }: { readonly transfer: Transfer }) {
  const { name, bytes, total, from, began, direction, what } = transfer;
  const label = what === "voice" ? t("voiceNote") : visible(name);
  return (
    <div class="transfer">
      <span>{direction === "in" ? t("receiving", label) : t("sending", label)}</span>
      <Bar done={bytes} total={total} label={label} />
      <Pace done={bytes} from={from} total={total} began={began} />
    </div>
  );
}

/** What can be done about a text that failed. */
function Failed({ talk, message }: { readonly talk: string; readonly message: Message }) {
  return (
    <>
      {unsentText(message.id) !== undefined && (
        <button
          type="button"
          class="link discard"
          onClick={() => discard(talk, message.id)}
        >
          {t("discard")}
        </button>
      )}
      <button
        type="button"
        class="link again"
        onClick={() => void sendAgain(talk, message).catch(complain)}
      >
        {t("sendAgain")}
      </button>
    </>
  );
}

/** A message and where it stands. */
interface BubbleProps {
  readonly talk: string;
  readonly message: Message;
  readonly grouped: boolean;
  /** What else it shows: painted anew when this or the message is another. */
  readonly stamp: string;
}

/** A message, whoever wrote it; left alone as long as nothing of it changes. */
export class Bubble extends Component<BubbleProps> {
  override shouldComponentUpdate({ message, stamp }: BubbleProps): boolean {
    return message !== this.props.message || stamp !== this.props.stamp;
  }

  override render({ talk, message, grouped }: BubbleProps) {
    return <Painted talk={talk} message={message} grouped={grouped} />;
  }
}

/** What a bubble shows besides its message. */
export function stampOf({ id, from }: Message): string {
  const transfer = store.transfers.get(id);
  return `${spoken()} ${transfer?.bytes ?? ""} ${from === "me" ? "" : nameOf(from)}`;
}

function Painted({ talk, message, grouped }: Omit<BubbleProps, "stamp">) {
  const mine = message.from === "me";
  const transfer = mine ? store.transfers.get(message.id) : undefined;
  const waits = mine &&
    (message.state === "waiting" || message.state === "sent" && message.kind !== "text");
  return (
    <article class={`message ${mine ? "mine" : "theirs"} ${message.kind}`} data-id={message.id}>
      {grouped && !mine && (
        <button
          type="button"
          class="author"
          onClick={() => openTalk(message.from)}
        >
          <bdi>{nameOf(message.from)}</bdi>
        </button>
      )}
      {mine && <span class="hidden">{t("youWrote")}</span>}
      {message.kind === "text" && <Words text={message.text} />}
      {message.kind === "file" && <File talk={talk} message={message} />}
      {message.kind === "voice" && <Voice talk={talk} message={message} />}
      {transfer !== undefined && <Transferred transfer={transfer} />}
      <footer>
        {waits && (
          <button
            type="button"
            class="link"
            onClick={() => void cancel(message.id).catch(complain)}
          >
            {t("cancel")}
          </button>
        )}
        {mine && message.state === "failed" && message.kind === "text" && (
          <Failed talk={talk} message={message} />
        )}
        <time dateTime={new Date(message.time).toISOString()}>{clock(message.time)}</time>
        <State message={message} />
      </footer>
    </article>
  );
}
