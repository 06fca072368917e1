/** What a conversation says of how well a message is hidden. */
import type { ConcealEvent } from "../hidden/conceal.ts";
import { text } from "../text/catalogue.ts";
import type { TalkEvent } from "../talk/events.ts";

/** Tells that a message is hidden where it is easier to detect: it did not fit elsewhere, or the picture is flat. */
export function tellLevel(
  event: ConcealEvent,
  talk: { readonly tell: (event: TalkEvent) => void },
): void {
  if (event.type === "flat") {
    const { picture, percent } = event;
    const told = text("stego.hide.flat", { picture, percent });
    return talk.tell({ type: "notice", level: "warning", text: told });
  }
  if (event.type !== "level" || event.level !== "quick") return;
  const { bytes, stealth } = event;
  talk.tell({
    type: "notice",
    level: "warning",
    text: text("stego.fell-to-quick", { bytes, stealth }),
  });
}
