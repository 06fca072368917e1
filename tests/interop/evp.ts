/** Reads the stanza files of OpenSSL's evp_test (test/recipes/30-test_evp_data/*.txt): `Name = value` and PEM. */

/** One stanza: its lines in order, and the PEM blocks defined above it, by name. */
export interface Stanza {
  /** The first keyword and its value: ["Cipher", "SM4-CBC"]. */
  kind: string;
  subject: string;
  values: ReadonlyMap<string, string>;
  keys: ReadonlyMap<string, string>;
  line: number;
}

const KINDS = [
  "Cipher",
  "Decrypt",
  "Derive",
  "Digest",
  "Encoding",
  "KDF",
  "KeyGen",
  "MAC",
  "PBE",
  "PrivPubKeyPair",
  "Sign",
  "Verify",
];

/** All stanzas of a file. */
export function readStanzas(text: string): Stanza[] {
  const stanzas: Stanza[] = [];
  const keys = new Map<string, string>();
  const lines = text.split(/\r?\n/);
  for (let i = 0; i < lines.length; i++) {
    const start = i;
    const values = new Map<string, string>();
    let kind: string | undefined;
    for (; i < lines.length && lines[i]!.trim() !== ""; i++) {
      const line = lines[i]!;
      const pair = /^(\w+)\s*=\s*(.*)$/.exec(line);
      if (line.startsWith("#") || pair === null) continue;
      const [, name = "", value = ""] = pair;
      if (name === "PrivateKey" || name === "PublicKey") {
        const end = lines.findIndex((l, n) => n > i && l.startsWith("-----END"));
        keys.set(value, lines.slice(i + 1, end + 1).join("\n"));
        i = end;
        continue;
      }
      values.set(name, value.trim());
      if (kind === undefined && KINDS.includes(name)) kind = name;
    }
    if (kind !== undefined) {
      const subject = values.get(kind)!;
      stanzas.push({ kind, subject, values, keys: new Map(keys), line: start + 1 });
    }
  }
  return stanzas;
}
