/** A text is hidden in a picture for one person. */
import { command } from "../../api.ts";
import { askBeforeLeaving } from "../../leaving.ts";
import { complain, nameOf } from "../../store.ts";
import { upload } from "../../upload.ts";
import { t } from "../../words.ts";
import { Field, Window } from "../parts.tsx";
import { close } from "./done.ts";

/** The window. */
export function Hide({ of: to }: { readonly of: string }) {
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
          const sent = upload(to, file, (id) => command("hide", { to, upload: id, text }));
          askBeforeLeaving(sent).catch(complain);
        }}
      >
        <p class="hint">{t("hideHint", nameOf(to))}</p>
        <Field
          label={t("picture")}
          name="picture"
          type="file"
          first
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
