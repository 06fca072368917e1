/** The page of `p2p ui`: the window of the program in the user's own browser. */
import { render } from "preact";
import { openSession, post } from "./api.ts";
import { keepFocus, keepingFocus } from "./focus.ts";
import { onePressEach } from "./presses.ts";
import { goTo, lookAround } from "./session.ts";
import { complain, painted, store, watchSeen } from "./store.ts";
import { First, Notices, Page } from "./view/page.tsx";
import { wearLast } from "./theme.ts";
import { speak } from "./words.ts";

/** The program hears this often that somebody is there, in milliseconds. */
const ACTIVE_MS = 30_000;

const root = document.getElementById("page")!;

const screen = () =>
  render(
    <>
      {store.stage === "open" ? <Page /> : <First />}
      <Notices />
    </>,
    root,
  );
painted(() => keepingFocus(screen));

keepFocus(root);
onePressEach();
wearLast();
watchSeen();

async function begin(): Promise<void> {
  speak(navigator.language.startsWith("zh") ? "zh" : "en");
  const token = location.hash.slice(1);
  // The token leaves the address, the history, and the reach of whoever looks over a shoulder.
  history.replaceState(null, "", "/");
  if (token !== "" && !await openSession(token)) {
    // It was used: perhaps by this browser, whose session still counts.
  }
  await lookAround();
}

let told = 0;
for (const type of ["keydown", "pointerdown", "pointermove", "scroll"]) {
  addEventListener(type, () => {
    if (store.stage !== "open" || performance.now() - told < ACTIVE_MS) return;
    told = performance.now();
    post("/active").catch(() => undefined);
  }, { passive: true, capture: true });
}
// A file that misses the conversation does not take the page's place.
for (const type of ["dragover", "drop"]) addEventListener(type, (event) => event.preventDefault());

begin().catch((error) => {
  goTo("outside");
  complain(error);
});
