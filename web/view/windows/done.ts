/** What windows do: work, each at most once at a time, and what is said of it. */
import { useRef, useState } from "preact/hooks";
import { waitsAt } from "../../focus.ts";
import { complain, say, showDialog, talkName, talkOf } from "../../store.ts";
import { openTalk } from "../../talks.ts";
import { t } from "../../words.ts";

/** Closes the window that is open. */
export function close(): void {
  showDialog(undefined);
}

/** What is being done. */
const underWay = new Set<string>();

/** Does what `name` is the name of, unless that is being done; says so when it is done, and why when it cannot be. */
export function done(name: string, work: () => Promise<unknown>, words = ""): void {
  if (underWay.has(name)) return;
  underWay.add(name);
  work().then(() => say(words)).catch(complain).finally(() => underWay.delete(name));
}

/** Leads to a conversation. */
export interface Way {
  /** Whether it is not known yet to which. */
  readonly busy: boolean;
  /** Asks for the id of the conversation, once at a time; `place` is where the person asked. */
  readonly go: (place: Element, ask: () => Promise<string>) => void;
}

/**
 * A way from a window to a conversation. The answer takes its time: where the person does not wait for it any more, it takes
 * nothing from them, and is told.
 */
export function useWay(): Way {
  const asking = useRef(false);
  const [busy, setBusy] = useState(false);
  const ask = (now: boolean) => {
    asking.current = now;
    setBusy(now);
  };
  return {
    busy,
    go(place, id) {
      if (asking.current) return;
      ask(true);
      id().then((id) => {
        if (!waitsAt(place)) return say(t("nowInList", talkName(talkOf(id))));
        close();
        openTalk(id);
      }).catch(complain).finally(() => ask(false));
    },
  };
}
