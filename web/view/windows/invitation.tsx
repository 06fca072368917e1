/** The own invitation: a line and a QR code. */
import { useEffect, useState } from "preact/hooks";
import { command, post } from "../../api.ts";
import { complain } from "../../store.ts";
import { t } from "../../words.ts";
import { done } from "./done.ts";

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
export function Invitation() {
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
          onClick={() => done("copy", () => navigator.clipboard.writeText(line), t("copied"))}
        >
          {t("copy")}
        </button>
      </div>
    </section>
  );
}
