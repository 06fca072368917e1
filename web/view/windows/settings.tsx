/** The settings: of the page, of what is kept, of who notices us; the own key; the lock. */
import { useEffect } from "preact/hooks";
import { command, post } from "../../api.ts";
import { refreshSettings } from "../../refresh.ts";
import { chooseLanguage } from "../../language.ts";
import { complain, say, settingOf, store } from "../../store.ts";
import { spoken, t } from "../../words.ts";
import { useChosen } from "../chosen.ts";
import { Field, Icon, valuesOf, Window } from "../parts.tsx";
import { close, done } from "./done.ts";

async function set(name: string, value: string | null): Promise<void> {
  await command("set", { name, value });
  await refreshSettings();
}

/** A setting of a few values, by their names in words. */
function Choice({ name, label, values }: {
  readonly name: "theme" | "history" | "expiry";
  readonly label: string;
  readonly values: ReadonlyArray<readonly [value: string, words: string]>;
}) {
  const [value, choose] = useChosen(settingOf(name), async (value) => {
    await set(name, value);
    say(t("saved"));
  });
  return (
    <>
      <label for={name}>{label}</label>
      <select id={name} value={value} onChange={(event) => choose(event.currentTarget.value)}>
        {values.map(([value, words]) => <option key={value} value={value}>{words}</option>)}
      </select>
    </>
  );
}

/** The window. */
export function Settings() {
  useEffect(() => {
    refreshSettings().catch(complain);
  }, []);
  const announce = settingOf("announce");
  const expiries = [...new Set(["1d", "7d", "30d", "365d", "never", settingOf("expiry")])];
  return (
    <Window title={t("settings")} close={close}>
      <section class="settings">
        <label for="language">{t("language")}</label>
        <select
          id="language"
          value={spoken()}
          onChange={(event) =>
            void chooseLanguage(event.currentTarget.value as "en" | "zh").catch(complain)}
        >
          <option value="en" lang="en">English</option>
          <option value="zh" lang="zh-Hans">中文</option>
        </select>
        <Choice
          name="theme"
          label={t("theme")}
          values={[["system", t("themeSystem")], ["light", t("themeLight")], [
            "dark",
            t("themeDark"),
          ]]}
        />
        <Choice
          name="history"
          label={t("history")}
          values={[["on", t("historyOn")], ["off", t("historyOff")]]}
        />
        <Choice
          name="expiry"
          label={t("expiry")}
          values={expiries.map((each) => [each, each === "never" ? t("never") : t("days", each)])}
        />
      </section>
      <section>
        <form
          class="row"
          onSubmit={(event) => {
            const { announce = "" } = valuesOf(event);
            const name = announce.trim();
            done("announce", () => set("announce", name === "" ? null : name), t("saved"));
          }}
        >
          <Field
            label={t("announce")}
            name="announce"
            hint={t("announceHint")}
            defaultValue={announce === "off" ? "" : announce}
            maxLength={32}
          />
          <button type="submit">{t("keep")}</button>
        </form>
      </section>
      <section>
        <h3>{t("yourKey")}</h3>
        <p class="mono">{store.self?.key}</p>
        <p class="hint mono">{store.self?.fingerprint}</p>
      </section>
      <section class="row">
        <button type="button" onClick={() => done("lock", () => post("/lock"))}>
          <Icon name="lock" /> {t("lockNow")}
        </button>
        <small class="hint">{t("lockAfter", store.idleMinutes)}</small>
      </section>
    </Window>
  );
}
