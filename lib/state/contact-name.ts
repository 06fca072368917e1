/**
 * What a contact may be called: a name that a person can read, that no address or key looks like, and that no other
 * name can be mistaken for (UTS #39 "confusable": names with one skeleton are one name). Pure.
 */
import { UsageError } from "../errors.ts";
import { text } from "../text/catalogue.ts";

/** Letters and digits of any script, then also marks, blanks and . _ - ' within. */
const wellFormed = () => /^[\p{L}\p{N}][\p{L}\p{M}\p{N} ._'-]{0,63}$/u;

/** What is read as an address or a key wherever a peer is named. */
const LIKE_ADDRESS = [
  /^\d+(?:\.\d+)*\.?$/,
  /^0x[0-9a-f]+$/i,
  /^localhost\.?$/i,
  /^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}\.?$/i,
  /^[0-9a-f]{64,}$/i,
];

/** The name as it is kept: NFC, no blanks around; a UsageError when it cannot be a contact's name. */
export function contactName(given: string): string {
  const name = given.normalize("NFC").trim();
  if (LIKE_ADDRESS.some((form) => form.test(name)) || /^p2p1/i.test(name)) {
    throw new UsageError("contact.like-address", { name }, { hint: text("contact.name.hint") });
  }
  if (!wellFormed().test(name) || name === "__proto__") {
    throw new UsageError("contact.bad-name", { name }, { hint: text("contact.name.hint") });
  }
  return name;
}

/** Whether a contact of this program may be called so: what looks like an address, a path or a key is none. */
export function couldBeContact(given: string): boolean {
  const name = comparableName(given);
  return wellFormed().test(name) && !/^p2p1/i.test(name) &&
    !LIKE_ADDRESS.some((form) => form.test(name));
}

/** The name that a search is for: what `contactName` would keep, without a judgement. */
export function comparableName(given: string): string {
  return given.normalize("NFC").trim();
}

/**
 * Letters that look like others, each line "PROTOTYPE: look-alikes": of the confusables of UTS #39 those of the
 * scripts that people mix by accident or on purpose (Latin, Greek, Cyrillic, Armenian, Hebrew, Arabic digits). Forms that NFKD
 * unfolds (full width, mathematical, circled) need no line.
 */
const LOOK_ALIKES = `
a: а ɑ α ⍺
b: Ь ь ƅ в
c: с ϲ ⅽ ᴄ
d: ԁ ɗ
e: е ҽ ℮ є ε ɛ
f: ſ ք ϝ
g: ɡ ց ɢ
h: һ հ н
i: і ı ɩ ι ӏ | ׀ ו ן ا ا 1 l I ǀ ⅼ Ӏ
j: ј ϳ
k: к κ ĸ
n: ո ռ п η и
o: о ο օ σ 0 ס ه ٥ ۵ ௦ ං ഠ ဝ ჿ ө ѳ θ ø
p: р ρ ⍴
q: ԛ գ զ
r: г ᴦ ɾ
s: ѕ ꜱ ƽ 5
t: т τ
u: υ ս ʋ ц
v: ν ѵ
w: ѡ ա ԝ ω ɯ ш щ
x: х χ
y: у ү γ ყ ʏ ч
z: ᴢ ʐ 2
3: з ʒ
6: б
8: ȣ
`;

let prototypes: ReadonlyMap<string, string> | undefined;

/** Look-alike → prototype; made when it is first asked for, because changing the case of such letters takes 1 ms then. */
function prototypeOf(letter: string): string | undefined {
  prototypes ??= new Map(
    LOOK_ALIKES.trim().split("\n").flatMap((line) => {
      const [prototype, alike] = line.split(": ") as [string, string];
      return alike.split(" ").map((look) => [look.toLowerCase(), prototype] as const);
    }),
  );
  return prototypes.get(letter);
}

/** Two names with one skeleton can be taken for each other (UTS #39 §4, and whatever case, blanks and marks hide). */
export function skeleton(name: string): string {
  const plain = name.normalize("NFKD").toLowerCase().normalize("NFKD");
  const letters = [...plain].map((letter) => prototypeOf(letter) ?? letter).join("");
  return letters.replace(/\p{M}+/gu, "").replace(/[ ._'-]+/g, "").replaceAll("rn", "m")
    .replaceAll("vv", "w").replaceAll("cl", "d") || plain;
}
