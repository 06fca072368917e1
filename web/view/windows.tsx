/** The windows: people, groups, hidden messages, the outbox, the settings. */
import { useEffect, useState } from "preact/hooks";
import {
  cancel,
  chooseLanguage,
  codeShown,
  openTalk,
  refreshOutbox,
  refreshPeople,
  setVerified,
  showDialog,
} from "../actions.ts";
import { command, post } from "../api.ts";
import { visible } from "../links.ts";
import {
  changed,
  complain,
  contactOf,
  isVerified,
  nameOf,
  say,
  settingOf,
  store,
} from "../store.ts";
import { upload } from "../upload.ts";
import { moment, spoken, t } from "../words.ts";
import { Field, Icon, valuesOf, Window } from "./parts.tsx";

const close = () => showDialog(undefined);

function done(work: Promise<unknown>, words = ""): void {
  work.then(() => say(words)).catch(complain);
}

/** A QR code, drawn from its rows. */
function Code({ of }: { readonly of: string }) {
  const [rows, setRows] = useState<readonly string[]>([]);
  useEffect(() => {
    post("/qr", { text: of.toUpperCase() }).then(({ rows }) => setRows(rows), complain);
  }, [of]);
  if (rows.length === 0) return null;
  const path = rows.flatMap((row, y) =>
    [...row.matchAll(/1+/g)].map(({ index, 0: run }) =>
      `M${index + 4} ${y + 4}h${run.length}v1h-${run.length}z`
    )
  ).join("");
  const side = rows.length + 8;
  return (
    <svg class="qr" viewBox={`0 0 ${side} ${side}`} role="img" aria-label={t("qrCode")}>
      <rect width={side} height={side} />
      <path d={path} />
    </svg>
  );
}

/** The own invitation. */
function Invitation() {
  const [line, setLine] = useState("");
  useEffect(() => {
    command("invite").then(({ line }) => setLine(line), complain);
  }, []);
  return (
    <section>
      <h3>{t("invite")}</h3>
      <p class="hint">{t("inviteHint")}</p>
      {line !== "" && <Code of={line} />}
      <div class="row">
        <input class="line" readOnly value={line} aria-label={t("invitationLine")} />
        <button
          type="button"
          onClick={() => done(navigator.clipboard.writeText(line), t("copied"))}
        >
          {t("copy")}
        </button>
      </div>
    </section>
  );
}

function Pairing() {
  const [code, setCode] = useState("");
  const [busy, setBusy] = useState(false);
  const paired = (work: ReturnType<typeof command>) => {
    setBusy(true);
    work.then(async ({ peer }) => {
      await refreshPeople();
      close();
      openTalk(peer.key);
      say(t("paired", nameOf(peer.key)));
    }).catch(complain).finally(() => {
      setBusy(false);
      setCode("");
    });
  };
  useEffect(() => {
    codeShown(setCode);
    return () => codeShown(undefined);
  }, []);
  return (
    <section>
      <h3>{t("pair")}</h3>
      <p class="hint">{t("pairHint")}</p>
      {code === ""
        ? (
          <button type="button" disabled={busy} onClick={() => paired(command("pair"))}>
            {t("makeCode")}
          </button>
        )
        : <output class="code">{code}</output>}
      <form
        class="row"
        onSubmit={(event) => {
          const { code = "", peer = "", name = "" } = valuesOf(event);
          const where = peer === "" ? {} : { peer };
          paired(command("pair", { code, ...where, ...(name === "" ? {} : { name }) }));
        }}
      >
        <Field label={t("theirCode")} name="code" required />
        <Field label={t("addressIfKnown")} name="peer" />
        <button type="submit" disabled={busy}>{t("enterCode")}</button>
      </form>
    </section>
  );
}

function AddPerson() {
  return (
    <Window title={t("addPerson")} close={close} wide>
      <div class="columns">
        <Invitation />
        <div>
          <section>
            <h3>{t("theirInvitation")}</h3>
            <form
              onSubmit={(event) => {
                const { line = "", name = "" } = valuesOf(event);
                command("accept-invitation", { line, ...(name === "" ? {} : { name }) })
                  .then(async ({ contact }) => {
                    await refreshPeople();
                    close();
                    openTalk(contact.key);
                  }).catch(complain);
              }}
            >
              <Field label={t("invitationLine")} name="line" placeholder="p2p://…" required />
              <Field label={t("nameHere")} name="name" hint={t("nameHereHint")} />
              <button type="submit" class="primary">{t("accept")}</button>
            </form>
          </section>
          <section>
            <h3>{t("byAddress")}</h3>
            <form
              class="row"
              onSubmit={(event) => {
                const { address = "" } = valuesOf(event);
                command("call", { to: address }).then(({ peer }) => {
                  close();
                  openTalk(peer.key);
                }).catch(complain);
              }}
            >
              <Field label={t("address")} name="address" placeholder="192.168.1.5" required />
              <button type="submit">{t("connect")}</button>
            </form>
          </section>
          <Pairing />
        </div>
      </div>
    </Window>
  );
}

function Person({ of }: { readonly of: string }) {
  const [number, setNumber] = useState("");
  const contact = contactOf(of);
  const verified = isVerified(of);
  useEffect(() => {
    command("verify", { peer: of }).then(({ safetyNumber }) => setNumber(safetyNumber), complain);
  }, [of]);
  return (
    <Window title={nameOf(of)} close={close}>
      <section>
        <h3>{t("safetyNumber")}</h3>
        <p class="hint">{t("safetyHint", nameOf(of))}</p>
        <div class="safety" aria-label={t("safetyNumber")}>
          {number.split(" ").map((group, i) => <span key={i}>{group}</span>)}
        </div>
        <label class="choice">
          <input
            type="checkbox"
            checked={verified}
            onChange={(event) => done(setVerified(of, event.currentTarget.checked))}
          />
          {t("numberCompared")}
        </label>
      </section>
      <section>
        <form
          class="row"
          onSubmit={(event) => {
            const { name = "" } = valuesOf(event);
            const work = contact === undefined
              ? command("contact", { name, key: of })
              : command("rename", { name: contact.name, to: name });
            done(work.then(refreshPeople), t("saved"));
          }}
        >
          <Field label={t("name")} name="name" value={contact?.name ?? ""} required />
          <button type="submit">{t("keep")}</button>
        </form>
        <p class="hint mono">{of}</p>
      </section>
      <section class="row">
        <button
          type="button"
          class="danger"
          onClick={() => {
            if (!confirm(t("blockSure", nameOf(of)))) return;
            done(command("block", { peer: of, blocked: true }).then(refreshPeople));
          }}
        >
          {contact?.blocked ? t("blocked") : t("block")}
        </button>
        {contact?.blocked && (
          <button
            type="button"
            onClick={() => done(command("block", { peer: of, blocked: false }).then(refreshPeople))}
          >
            {t("unblock")}
          </button>
        )}
      </section>
    </Window>
  );
}

function NewGroup() {
  return (
    <Window title={t("newGroup")} close={close} form>
      <form
        onSubmit={(event) => {
          const { name = "", ...chosen } = valuesOf(event);
          const members = Object.keys(chosen).filter((key) => key.startsWith("p2p1"));
          command("group-create", { name, members }).then(async () => {
            await refreshPeople();
            close();
            openTalk(`@${name.replace(/^@/, "")}`);
          }).catch(complain);
        }}
      >
        <Field label={t("groupName")} name="name" required autofocus />
        <fieldset>
          <legend>{t("membersTitle")}</legend>
          {store.contacts.length === 0 && <p class="hint">{t("nobodyYet")}</p>}
          {store.contacts.map(({ key, name }) => (
            <label key={key} class="choice">
              <input type="checkbox" name={key} />
              <bdi>{name}</bdi>
            </label>
          ))}
        </fieldset>
        <button type="submit" class="primary">{t("make")}</button>
      </form>
    </Window>
  );
}

function Members({ of }: { readonly of: string }) {
  const group = store.groups.find(({ name }) => name === of);
  const members = group?.members ?? [];
  const others = store.contacts.filter(({ key }) => !members.some((each) => each.key === key));
  return (
    <Window title={`@${of}`} close={close}>
      <section>
        <h3>{t("members", members.length)}</h3>
        <ul class="plain">
          {members.map(({ key }) => (
            <li key={key} class="row">
              <bdi>{key === store.self?.key ? t("you") : nameOf(key)}</bdi>
              {key !== store.self?.key && (
                <button
                  type="button"
                  class="link"
                  onClick={() =>
                    done(
                      command("group-remove", { group: `@${of}`, member: key }).then(refreshPeople),
                    )}
                >
                  {t("remove")}
                </button>
              )}
            </li>
          ))}
        </ul>
      </section>
      {others.length > 0 && (
        <section>
          <h3>{t("addToGroup")}</h3>
          <div class="row wrap">
            {others.map(({ key, name }) => (
              <button
                key={key}
                type="button"
                onClick={() =>
                  done(
                    command("group-invite", { group: `@${of}`, members: [key] }).then(
                      refreshPeople,
                    ),
                  )}
              >
                <bdi>{name}</bdi>
              </button>
            ))}
          </div>
        </section>
      )}
      <section>
        <button
          type="button"
          class="danger"
          onClick={() => {
            if (!confirm(t("leaveSure", of))) return;
            done(command("group-leave", { group: `@${of}` }).then(refreshPeople).then(close));
          }}
        >
          {t("leave")}
        </button>
      </section>
    </Window>
  );
}

function Hide({ to }: { readonly to: string }) {
  return (
    <Window title={t("hideInPicture")} close={close} form>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const form = event.currentTarget;
          const [file] = (form.elements.namedItem("picture") as HTMLInputElement).files ?? [];
          const { value: text } = form.elements.namedItem("text") as HTMLTextAreaElement;
          if (file === undefined) return;
          close();
          upload(to, file, (id) => command("hide", { to, upload: id, text })).catch(complain);
        }}
      >
        <p class="hint">{t("hideHint", nameOf(to))}</p>
        <Field
          label={t("picture")}
          name="picture"
          type="file"
          autofocus
          accept="image/png,image/bmp"
          required
        />
        <div class="field">
          <label for="hidden-text">{t("hiddenText")}</label>
          <textarea id="hidden-text" name="text" rows={4} required />
        </div>
        <button type="submit" class="primary">{t("hideAndSend")}</button>
      </form>
    </Window>
  );
}

function OutboxWindow() {
  useEffect(() => {
    refreshOutbox().catch(complain);
  }, []);
  return (
    <Window title={t("outbox")} close={close}>
      {store.outbox.length === 0 ? <p class="empty">{t("outboxEmpty")}</p> : (
        <ul class="plain">
          {store.outbox.map(({ id, peer, text, written }) => (
            <li key={id + peer.key} class="row">
              <span class="grow">
                <b>
                  <bdi>{nameOf(peer.key)}</bdi>
                </b>
                <span class="clip">{visible(text)}</span>
                <small>{moment(Date.parse(written))}</small>
              </span>
              <button type="button" onClick={() => done(cancel(id), t("cancelled"))}>
                {t("cancel")}
              </button>
            </li>
          ))}
        </ul>
      )}
    </Window>
  );
}

async function set(name: string, value: string | null): Promise<void> {
  await command("set", { name, value });
  store.settings = (await command("config"))["settings"];
  changed();
}

function Settings() {
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
            value={announce === "off" ? "" : announce}
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

/** The window that is open. */
export function OpenWindow() {
  const { dialog } = store;
  switch (dialog?.kind) {
    case "add":
      return <AddPerson />;
    case "group":
      return <NewGroup />;
    case "outbox":
      return <OutboxWindow />;
    case "settings":
      return <Settings />;
    case "person":
      return <Person of={dialog.key} />;
    case "members":
      return <Members of={dialog.group} />;
    case "hide":
      return <Hide to={dialog.to} />;
    default:
      return null;
  }
}
