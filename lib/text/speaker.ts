/**
 * The edge where texts become words: a speaker has one language. Every string parameter is made safe to print
 * here (`safe.ts`), once, whoever it comes from.
 */
import { formatDuration, formatSize } from "./format.ts";
import type { Language } from "./language.ts";
import { safeText } from "./safe.ts";
import type { CatalogueEntry, Param, Text, Wording } from "./text.ts";

/** Words texts in one language. */
export class Speaker implements Wording {
  readonly language: Language;
  readonly #entries: Readonly<Record<string, CatalogueEntry>>;

  constructor(language: Language, entries: Readonly<Record<string, CatalogueEntry>>) {
    this.language = language;
    this.#entries = entries;
  }

  /** The words of `text`, on one line unless the catalogue's own words have more. */
  readonly text = (text: Text): string => {
    const entry = Object.hasOwn(this.#entries, text.code) ? this.#entries[text.code] : undefined;
    if (entry === undefined) return safeText(`${text.code} ${JSON.stringify(text.params)}`);
    if (typeof entry === "string") return entry;
    return entry(safeParams(text.params), this);
  };

  readonly size = formatSize;
  readonly duration = formatDuration;
}

function safeParams(params: Text["params"]): Text["params"] {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, safe(value)]));
}

function safe(value: Param): Param {
  if (typeof value === "string") return safeText(value);
  return Array.isArray(value) ? value.map(safeText) : value;
}

/** The speaker of `language`; loads no other language than that one and English. */
export async function speakerOf(language: Language): Promise<Speaker> {
  switch (language) {
    case "en": {
      const { english } = await import("./en/catalogue.ts");
      return new Speaker(language, english);
    }
    case "zh": {
      const { chinese } = await import("./zh/catalogue.ts");
      return new Speaker(language, chinese);
    }
  }
}
