/** What there is before a conversation: the first minute, the passphrase, and the way back in. */
import { useState } from "preact/hooks";
import { openSession, post } from "../api.ts";
import { chooseLanguage, lookAround } from "../actions.ts";
import { store } from "../store.ts";
import { spoken, t } from "../words.ts";
import { Field, Icon, valuesOf } from "./parts.tsx";

/** A form that does one thing and says why it could not. */
function useDoing(): [string, boolean, (work: () => Promise<unknown>) => void] {
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  const run = (work: () => Promise<unknown>) => {
    setBusy(true);
    setProblem("");
    work().catch((error: unknown) => setProblem(error instanceof Error ? error.message : ""))
      .finally(() => setBusy(false));
  };
  return [problem, busy, run];
}

function Problem({ words }: { readonly words: string }) {
  return <p class="problem" role="alert">{words}</p>;
}

/** The other language, before there are settings. */
function OtherLanguage() {
  const other = spoken() === "en" ? "zh" : "en";
  return (
    <button
      type="button"
      class="quiet"
      lang={other === "zh" ? "zh-Hans" : "en"}
      onClick={() => void chooseLanguage(other).catch(() => undefined)}
    >
      {other === "zh" ? "中文" : "English"}
    </button>
  );
}

function Mark() {
  return (
    <svg class="logo" viewBox="0 0 48 48" aria-hidden="true">
      <rect x="3" y="3" width="42" height="42" rx="11" />
      <path d="M15 33V17h6.5a5 5 0 010 10H15M27 21h2a4 4 0 014 4v8" />
    </svg>
  );
}

/** One screen that makes the identity. */
export function Welcome() {
  const [problem, busy, run] = useDoing();
  const [protect, setProtect] = useState(false);
  return (
    <main class="first">
      <form
        class="card"
        onSubmit={(event) => {
          const { name = "", passphrase = "", again = "" } = valuesOf(event);
          run(async () => {
            if (protect && passphrase !== again) throw new Error(t("notTheSame"));
            await post("/identity", { name, passphrase: protect ? passphrase : "" });
            await lookAround();
          });
        }}
      >
        <Mark />
        <h1>{t("welcome")}</h1>
        <p class="lead">{t("welcomeLead")}</p>
        <Field
          label={t("yourName")}
          name="name"
          hint={t("yourNameHint")}
          maxLength={32}
          autofocus
        />
        <label class="choice">
          <input
            type="checkbox"
            checked={protect}
            onChange={(event) => setProtect(event.currentTarget.checked)}
          />
          {t("protect")}
        </label>
        {protect && (
          <>
            <Field
              type="password"
              required
              autocomplete="new-password"
              label={t("passphrase")}
              name="passphrase"
              hint={t("passphraseHint")}
            />
            <Field
              type="password"
              required
              autocomplete="new-password"
              label={t("passphraseAgain")}
              name="again"
            />
          </>
        )}
        <Problem words={problem} />
        <div class="row">
          <button type="submit" class="primary" disabled={busy}>
            {busy ? t("making") : t("make")}
          </button>
          <OtherLanguage />
        </div>
      </form>
    </main>
  );
}

/** Asks the passphrase: at the start, or after a lock. */
export function Passphrase() {
  const [problem, busy, run] = useDoing();
  const idle = store.stage === "idle";
  return (
    <main class="first">
      <form
        class="card"
        onSubmit={(event) => {
          const { passphrase } = valuesOf(event);
          event.currentTarget.reset();
          run(async () => {
            await post("/unlock", { passphrase });
            await lookAround();
          });
        }}
      >
        <Mark />
        <h1>{idle ? t("lockedTitle") : t("unlockTitle")}</h1>
        <p class="lead">{idle ? t("lockedLead", store.idleMinutes) : t("unlockLead")}</p>
        <Field
          type="password"
          required
          autofocus
          label={t("passphrase")}
          name="passphrase"
          autocomplete="current-password"
        />
        <Problem words={problem} />
        <div class="row">
          <button type="submit" class="primary" disabled={busy}>
            {busy ? t("opening") : t("unlock")}
          </button>
          <OtherLanguage />
        </div>
      </form>
    </main>
  );
}

/** There is no session: the link of the terminal opens one. */
export function Outside() {
  const [problem, busy, run] = useDoing();
  const idle = store.stage === "idle";
  return (
    <main class="first">
      <form
        class="card"
        onSubmit={(event) => {
          const { link = "" } = valuesOf(event);
          run(async () => {
            const token = link.trim().replace(/^.*#/, "");
            if (!await openSession(token)) throw new Error(t("linkUsed"));
            await lookAround();
          });
        }}
      >
        <Mark />
        <h1>{idle ? t("lockedTitle") : t("outsideTitle")}</h1>
        <p class="lead">{idle ? t("lockedLead", store.idleMinutes) : t("outsideLead")}</p>
        <Field label={t("link")} name="link" hint={t("linkHint")} required autofocus />
        <Problem words={problem} />
        <div class="row">
          <button type="submit" class="primary" disabled={busy}>{t("unlock")}</button>
          <OtherLanguage />
        </div>
        <p class="hint">
          <Icon name="lock" /> <code>p2p ui</code>
        </p>
      </form>
    </main>
  );
}
