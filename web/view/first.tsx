/** What there is before a conversation: the first minute, the passphrase, and the way back in. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { openSession, post } from "../api.ts";
import { chooseLanguage } from "../language.ts";
import { lookAround } from "../session.ts";
import { store } from "../store.ts";
import { spoken, t } from "../words.ts";
import { Field, Icon, valuesOf } from "./parts.tsx";

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

/** What was wrong is typed anew: passphrases are, and otherwise the first field; unless somebody does so already. */
function tryAgain(form: HTMLFormElement, given: Record<string, string>): void {
  if (
    [...form.querySelectorAll("input")].some(({ name, value }) =>
      name in given && value !== given[name]
    )
  ) return;
  const secrets = [...form.querySelectorAll<HTMLInputElement>("[type=password]")];
  for (const secret of secrets) secret.value = "";
  (secrets[0] ?? form.querySelector("input"))?.focus();
}

/** A screen with one form: it does one thing, says why it could not, and leads on. */
function Screen({ title, lead, children, button, busyButton, submit, below }: {
  readonly title: string;
  readonly lead: string;
  readonly children: ComponentChildren;
  readonly button: string;
  readonly busyButton: string;
  readonly submit: (values: Record<string, string>) => Promise<unknown>;
  readonly below?: ComponentChildren;
}) {
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);
  return (
    <main class="first">
      <form
        class="card"
        onSubmit={(event) => {
          const values = valuesOf(event);
          const form = event.currentTarget;
          if (busy) return;
          setBusy(true);
          setProblem("");
          submit(values).then(lookAround).catch((error: unknown) => {
            setProblem(error instanceof Error ? error.message : "");
            tryAgain(form, values);
          }).finally(() => setBusy(false));
        }}
      >
        <Mark />
        <h1>{title}</h1>
        <p class="lead">{lead}</p>
        {children}
        <p class="problem" role="alert">{problem}</p>
        <div class="row">
          <button type="submit" class="primary" aria-disabled={busy}>
            {busy ? busyButton : button}
          </button>
          <OtherLanguage />
        </div>
        {below}
      </form>
    </main>
  );
}

/** One screen that makes the identity. */
export function Welcome() {
  const [protect, setProtect] = useState(false);
  return (
    <Screen
      title={t("welcome")}
      lead={t("welcomeLead")}
      button={t("make")}
      busyButton={t("making")}
      submit={async ({ name = "", passphrase = "", again = "" }) => {
        if (protect && passphrase !== again) throw new Error(t("notTheSame"));
        await post("/identity", { name, passphrase: protect ? passphrase : "" });
      }}
    >
      <Field
        label={t("yourName")}
        name="name"
        hint={t("yourNameHint")}
        maxLength={32}
        first
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
    </Screen>
  );
}

/** Asks the passphrase: at the start, or after a lock. */
export function Passphrase() {
  const idle = store.stage === "idle";
  return (
    <Screen
      title={idle ? t("lockedTitle") : t("unlockTitle")}
      lead={idle ? t("lockedLead") : t("unlockLead")}
      button={t("unlock")}
      busyButton={t("opening")}
      submit={({ passphrase }) => post("/unlock", { passphrase })}
    >
      <Field
        type="password"
        required
        first
        label={t("passphrase")}
        name="passphrase"
        autocomplete="current-password"
      />
    </Screen>
  );
}

/** There is no session: the link of the terminal opens one. */
export function Outside() {
  const idle = store.stage === "idle";
  return (
    <Screen
      title={idle ? t("lockedTitle") : t("outsideTitle")}
      lead={idle ? t("lockedOutside") : t("outsideLead")}
      button={t("unlock")}
      busyButton={t("opening")}
      submit={async ({ link = "" }) => {
        const token = link.trim().replace(/^.*#/, "");
        if (!await openSession(token)) throw new Error(t("linkUsed"));
      }}
      below={
        <p class="hint">
          <Icon name="lock" /> <code>p2p ui</code>
        </p>
      }
    >
      <Field label={t("link")} name="link" hint={t("linkHint")} required first />
    </Screen>
  );
}
