/** What a conversation says of how well a message is hidden. */
import type { ConcealEvent } from "../hidden/conceal.ts";
import { text } from "../text/catalogue.ts";
import type { TalkEvent } from "../talk/events.ts";

/** Tells that a message did not fit where it is hard to see, and is hidden where it is easier to detect. */
export function tellLevel(
  event: ConcealEvent,
  talk: { readonly tell: (event: TalkEvent) => void },
): void {
  if (event.type !== "level" || event.level !== "quick") return;
  const { bytes, stealth } = event;
  talk.tell({
    type: "notice",
    level: "warning",
    text: text("stego.fell-to-quick", { bytes, stealth }),
  });
}
