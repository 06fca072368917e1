/** What was said in a conversation, and what goes on in it. */
import { useEffect, useRef } from "preact/hooks";
import { visible } from "../links.ts";
import type { Message, Talk } from "../model.ts";
import { complain, store, talkName } from "../store.ts";
import { loadMessages } from "../talks.ts";
import { stopUpload } from "../upload.ts";
import { dayOf, sizeOf, t } from "../words.ts";
import { Bubble, Pace, stampOf, Transferred } from "./message.tsx";
import { Bar } from "./parts.tsx";
import { Question } from "./question.tsx";

function Days({ talk, messages }: { readonly talk: Talk; readonly messages: readonly Message[] }) {
  let day = "";
  return (
    <>
      {messages.flatMap((message) => {
        const next = dayOf(message.time);
        const head = next === day ? [] : [<h3 key={`day of ${message.id}`} class="day">{next}</h3>];
        day = next;
        // In one list, so that a message stays what it is wherever others come in.
        return [
          ...head,
          <Bubble
            key={message.given ?? message.id}
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
        <div key={each.number} class="transfer upload">
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
export function Said({ talk }: { readonly talk: Talk }) {
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
