/** A voice note is recorded: a meter, the time, an early end. */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { command } from "../api.ts";
import { askBeforeLeaving } from "../leaving.ts";
import { MOST_SECONDS, record, type Recording } from "../sound.ts";
import { complain, say } from "../store.ts";
import { newId } from "../talks.ts";
import { upload } from "../upload.ts";
import { lengthOf, t } from "../words.ts";
import { Icon, IconButton } from "./parts.tsx";

/** How often the meter moves, in milliseconds. */
const METER_MS = 80;

async function sendNote(to: string, recording: Recording): Promise<void> {
  const { file } = await recording.stop();
  const id = to.startsWith("@") ? {} : { id: newId() };
  await upload(to, file, (upload) => command("voice", { to, upload, ...id }));
}

/** The recorder. Whatever takes it away but the button to send, what was recorded is dropped. */
export function Recorder({ to, over }: { readonly to: string; readonly over: () => void }) {
  const recording = useRef<Recording | undefined>(undefined);
  const sender = useRef<HTMLButtonElement>(null);
  const [level, setLevel] = useState(0);
  const [seconds, setSeconds] = useState<number>();
  // As it comes and goes, not once that is painted: the focus and the microphone are taken and let go at once.
  useLayoutEffect(() => {
    sender.current!.focus();
    let gone = false;
    const recorded = Promise.withResolvers<void>();
    void askBeforeLeaving(recorded.promise);
    record().then((begun) => {
      if (gone) return begun.drop();
      recording.current = begun;
      setSeconds(0);
    }, (error: Error) => {
      say(`${t("noMicrophone")} ${error.message}`, "error");
      over();
    });
    const timer = setInterval(() => {
      if (recording.current === undefined) return;
      setLevel(recording.current.level());
      setSeconds(recording.current.seconds());
    }, METER_MS);
    return () => {
      gone = true;
      recorded.resolve();
      clearInterval(timer);
      recording.current?.drop();
    };
  }, []);
  const send = () => {
    const note = recording.current;
    if (note === undefined) return;
    recording.current = undefined;
    over();
    askBeforeLeaving(sendNote(to, note)).catch(complain);
  };
  const full = (seconds ?? 0) >= MOST_SECONDS;
  useEffect(() => {
    if (full) send();
  }, [full]);
  return (
    <div
      id="write"
      class="composer recorder"
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        over();
      }}
    >
      <IconButton icon="close" name={t("drop")} onClick={over} />
      <span class="dot" aria-hidden="true" />
      <span class="voice-time" role="timer">{lengthOf(seconds ?? 0)}</span>
      <meter min={0} max={1} value={level} aria-label={t("level")} />
      <button
        type="button"
        class="primary"
        ref={sender}
        aria-disabled={seconds === undefined}
        onClick={send}
      >
        <Icon name="send" /> {t("stopAndSend")}
      </button>
    </div>
  );
}
