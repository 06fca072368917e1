/** A question of the program's: whether something is taken. */
import { visible } from "../links.ts";
import type { Asked } from "../model.ts";
import { complain, nameOf } from "../store.ts";
import { answer } from "../talks.ts";
import { lengthOf, sizeOf, t } from "../words.ts";

/** Yes, or no. */
export function Question({ asked }: { readonly asked: Asked }) {
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
