/** The catalogue: both languages whole, parameters checked by the types, strings of others made safe. */
import assert from "node:assert/strict";
import { sources } from "../support/imports.ts";
import { FailureError, reasonText } from "../../lib/errors.ts";
import { text } from "../../lib/text/catalogue.ts";
import { chinese } from "../../lib/text/zh/catalogue.ts";
import { english } from "../../lib/text/en/catalogue.ts";
import { languageOf, parseLanguage } from "../../lib/text/language.ts";
import { speakerOf } from "../../lib/text/speaker.ts";

Deno.test("both languages have the same codes", () => {
  assert.deepEqual(Object.keys(chinese).sort(), Object.keys(english).sort());
});

Deno.test("a text within a text is worded in the same language, and strings are made safe once", async () => {
  const nested = new FailureError("internal", {
    doing: text("system.other", { message: "a\u001b[31mb" }),
    reason: reasonText(Object.assign(new Error("x"), { code: "ENOSPC" })),
  });
  assert.equal(
    (await speakerOf("en")).text(nested),
    "a⟦U+001B⟧[31mb: internal error: no space left on the device",
  );
  assert.equal(
    (await speakerOf("zh")).text(nested),
    "a⟦U+001B⟧[31mb：内部错误：设备上没有剩余空间",
  );
});

Deno.test("the language is the flag's, P2P_LANG's, the configured one, or the first locale variable's", () => {
  assert.equal(parseLanguage("zh_CN.UTF-8"), "zh");
  assert.equal(parseLanguage("en-GB"), "en");
  assert.equal(parseLanguage("C.UTF-8"), undefined);
  assert.equal(languageOf({ locale: [undefined, "", "zh_CN.UTF-8"] }), "zh");
  assert.equal(languageOf({ locale: ["C", "zh_CN"] }), "en", "LC_ALL=C wins over LANG");
  assert.equal(languageOf({ variable: "zh", locale: ["en_US"] }), "zh");
  assert.equal(languageOf({ flag: "en", variable: "zh" }), "en");
  assert.equal(languageOf({ locale: ["fr_FR"] }), "en");
});

Deno.test("only what was on its way already is said to arrive perhaps, after it was cancelled", async () => {
  for (const [language, words] of [["en", /may still arrive/], ["zh", /仍可能到达/]] as const) {
    const speaker = await speakerOf(language);
    const said = (sent: boolean) =>
      speaker.text(text("outbox.cancelled", { id: "3f2a91c0", peer: "bob", sent }));
    assert.match(said(true), words);
    assert.doesNotMatch(said(false), words);
  }
});

/** Advice that conversations and the page give too, which have no flags of their own for it. */
const ADVICE =
  /^(?:hidden\.no-room\.more|hidden\.nothing\.|stego\.bomb\.|picture\.pixels\.|voice\.(?:busy|choose|denied|kept|no-device|silence)[.-]?)/;

Deno.test("advice that conversations give names the command that a flag is of", () => {
  for (const all of [english, chinese]) {
    const entries = Object.entries(all).filter(([code]) => ADVICE.test(code));
    for (const [code, entry] of entries) {
      const words = String(entry);
      const [flag] = /(?<![\w-])-(?:-[a-z]+|[a-z])\b/.exec(words.replace(/fuser -v|-a?G /g, "")) ??
        [];
      if (flag !== undefined) assert.match(words, /p2p (?:stego|voice)/, `${code}: ${flag}`);
    }
    assert.ok(entries.length > 15, `${entries.length}`);
  }
});

Deno.test("every text of the catalogue is told by something", () => {
  const code = sources("lib", "commands", "scripts", "main.ts")
    .filter(({ path }) => !/^lib\/text\/(?:en|zh)\//.test(path)).map(({ text }) => text).join("\n");
  // Codes that are put together: each part that is not fixed is a name, or several.
  const made = [...code.matchAll(/`([a-z][\w-]*\.[^`\s]*)`/g)].map(([, template]) =>
    new RegExp(`^${template!.split(/\$\{[^}]*\}/).map(RegExp.escape).join("[\\w.-]+")}$`)
  );
  // Texts that stand within others.
  const entries = Object.values(english).map(String).join("\n");
  const untold = Object.keys(english).filter((name) =>
    !code.includes(`"${name}"`) && !entries.includes(`"${name}"`) &&
    !made.some((pattern) => pattern.test(name))
  );
  assert.deepEqual(untold, []);
});
