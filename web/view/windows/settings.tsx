/** The settings: of the page, of what is kept, of who notices us; the own key; the lock. */
import { command, post } from "../../api.ts";
import { refreshSettings } from "../../refresh.ts";
import { chooseLanguage } from "../../session.ts";
import { settingOf, store } from "../../store.ts";
import { spoken, t } from "../../words.ts";
import { Field, Icon, valuesOf, Window } from "../parts.tsx";
import { close, done } from "./done.ts";

async function set(name: string, value: string | null): Promise<void> {
  await command("set", { name, value });
  await refreshSettings();
}

/** The window. */
export function Settings() {
  const choose = (name: string) => (event: { currentTarget: HTMLSelectElement }) =>
    done(set(name, event.currentTarget.value), t("saved"));
  const announce = settingOf("announce");
  return (
    <Window title={t("settings")} close={close}>
      <section class="settings">
        <label for="language">{t("language")}</label>
        <select
          id="language"
          value={spoken()}
          onChange={(event) => done(chooseLanguage(event.currentTarget.value as "en" | "zh"))}
        >
          <option value="en" lang="en">English</option>
          <option value="zh" lang="zh-Hans">中文</option>
        </select>
        <label for="theme">{t("theme")}</label>
        <select id="theme" value={settingOf("theme")} onChange={choose("theme")}>
          <option value="system">{t("themeSystem")}</option>
          <option value="light">{t("themeLight")}</option>
          <option value="dark">{t("themeDark")}</option>
        </select>
        <label for="history">{t("history")}</label>
        <select id="history" value={settingOf("history")} onChange={choose("history")}>
          <option value="on">{t("historyOn")}</option>
          <option value="off">{t("historyOff")}</option>
        </select>
        <label for="expiry">{t("expiry")}</label>
        <select id="expiry" value={settingOf("expiry")} onChange={choose("expiry")}>
          {[...new Set(["1d", "7d", "30d", "365d", "never", settingOf("expiry")])].map((value) => (
            <option key={value} value={value}>
              {value === "never" ? t("never") : t("days", value)}
            </option>
          ))}
        </select>
      </section>
      <section>
        <form
          class="row"
          onSubmit={(event) => {
            const { announce = "" } = valuesOf(event);
            done(set("announce", announce.trim() === "" ? null : announce.trim()), t("saved"));
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
        <button type="button" onClick={() => done(post("/lock"))}>
          <Icon name="lock" /> {t("lockNow")}
        </button>
        <small class="hint">{t("lockAfter", store.idleMinutes)}</small>
      </section>
    </Window>
  );
}
