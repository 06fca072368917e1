/** The header: its grammar, its MAC, and its stanzas. */
import { concat, fromHex, hex, utf8 } from "../../lib/bytes.ts";
import { encodeBase64 } from "../../lib/container/base64.ts";
import { uncompress } from "../../lib/crypto/sm2.ts";
import {
  type Case,
  chunk,
  covered,
  header,
  macOf,
  OTHER,
  PASSPHRASE,
  PAYLOAD_NONCE,
  RECIPIENT,
  scryptLine,
  sm2Line,
  VERSION,
} from "./build.ts";

const SMALL = utf8("a small payload");
const BODY = concat(PAYLOAD_NONCE, chunk(0, true, SMALL));
/** x = 5 is on no point of the curve: x³ + ax + b is not a square. */
const NOT_ON_CURVE = fromHex(`02${"5".padStart(64, "0")}`);

/** A file whose header is just this text. */
function textFile(text: string): Uint8Array {
  return concat(utf8(text), BODY);
}

function success(name: string, lines: string[], more: Partial<Case> = {}): Case {
  return { name, expect: "success", payload: SMALL, file: concat(header(lines), BODY), ...more };
}

function malformed(name: string, lines: string[], more: Partial<Case> = {}): Case {
  return { name, expect: "header failure", file: concat(header(lines), BODY), ...more };
}

function noMatch(name: string, lines: string[], more: Partial<Case> = {}): Case {
  return { name, expect: "no match", file: concat(header(lines), BODY), ...more };
}

/** Another last character that decodes to the same bytes: 32 bytes leave two bits over. */
function notCanonical(word: string): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  return word.slice(0, -1) + alphabet[alphabet.indexOf(word.at(-1)!) + 1];
}

/** The MAC line: every case of the list this is after, and a few more. */
export function macCases(): Case[] {
  const text = covered([sm2Line()]);
  const mac = macOf(text);
  const bad = (name: string, line: string, comment?: string): Case => ({
    name,
    expect: "header failure",
    ...(comment === undefined ? {} : { comment }),
    file: textFile(`${text.slice(0, -3)}${line}\n`),
  });
  const other = encodeBase64(new Uint8Array(32).fill(7));
  return [
    { name: "hmac_bad", expect: "HMAC failure", file: textFile(`${text} ${other}\n`) },
    bad("hmac_extra_space", `---  ${mac}`),
    bad("hmac_garbage", `--- ${mac}AAA`),
    bad("hmac_missing", "---"),
    bad("hmac_missing_with_space", "--- "),
    bad("hmac_no_space", `---${mac}`),
    bad("hmac_not_canonical", `--- ${notCanonical(mac)}`, "stray bits in the last character"),
    bad("hmac_padded", `--- ${mac}=`),
    bad("hmac_trailing_space", `--- ${mac} `),
    bad("hmac_truncated", `--- ${mac.slice(0, 4)}`),
    bad("hmac_two_words", `--- ${mac} ${mac}`),
    {
      name: "hmac_stanza_added",
      expect: "HMAC failure",
      comment: "a recipient who was added without the file key",
      file: textFile(`${covered([sm2Line(), sm2Line(OTHER.publicKey)])} ${mac}\n`),
    },
    {
      name: "hmac_stanza_removed",
      expect: "HMAC failure",
      file: textFile(`${text} ${macOf(covered([sm2Line(), sm2Line(OTHER.publicKey)]))}\n`),
    },
  ];
}

/** The grammar. */
export function grammarCases(): Case[] {
  const good = sm2Line();
  const raw = (name: string, text: string, comment?: string): Case => ({
    name,
    expect: "header failure",
    ...(comment === undefined ? {} : { comment }),
    file: textFile(text),
  });
  const whole = new TextDecoder().decode(header());
  return [
    success("header_unknown_stanza", ["-> future a b c", good, "-> x"], {
      comment: "other kinds of recipients may come",
    }),
    raw("header_other_version", whole.replace("/v1", "/v2")),
    raw("header_crlf", whole.replaceAll("\n", "\r\n")),
    raw("header_no_stanza", `${covered([])} ${macOf(covered([]))}\n`),
    raw("header_empty_line", whole.replace("\n->", "\n\n->")),
    raw("header_leading_space", ` ${whole}`),
    { name: "header_truncated", expect: "header failure", file: utf8(whole.slice(0, 60)) },
    { name: "header_only_version", expect: "header failure", file: utf8(VERSION) },
    { name: "header_empty", expect: "header failure", file: new Uint8Array(0) },
    malformed("header_stanza_no_type", ["->", good]),
    malformed("header_double_space", [good.replace("-> ", "->  ")]),
    malformed("header_trailing_space", [`${good} `]),
    malformed("header_tab", [good.replace("-> sm2 ", "-> sm2\t")]),
    malformed("header_control_character", [good, "-> x a\x07b"]),
    malformed("header_not_ascii", [good, "-> é"]),
    malformed("header_wrong_mark", [good, "=> x"]),
    malformed("header_long_line", [good, `-> x ${"y".repeat(4096)}`]),
    malformed("header_too_many_stanzas", [good, ...Array.from({ length: 1024 }, () => "-> x")]),
  ];
}

/** Stanzas for SM2 recipients. */
export function sm2Cases(): Case[] {
  const lines = [sm2Line(OTHER.publicKey), sm2Line()];
  const words = sm2Line().split(" ");
  const flipped = (share: Uint8Array, wrapped: Uint8Array): [Uint8Array, Uint8Array] => {
    const bad = wrapped.slice();
    bad[3]! ^= 1;
    return [share, bad];
  };
  return [
    success("sm2", [sm2Line()]),
    success("sm2_second_recipient", lines),
    success("sm2_second_identity", [sm2Line()], {
      identities: [hex(OTHER.secretKey), hex(RECIPIENT.secretKey)],
    }),
    noMatch("sm2_other_identity", [sm2Line()], { identities: [hex(OTHER.secretKey)] }),
    noMatch("sm2_bad_tag", [sm2Line(undefined, flipped)]),
    noMatch("sm2_other_share", [
      sm2Line(undefined, (_, wrapped) => [OTHER.publicKey, wrapped]),
    ]),
    malformed("sm2_not_on_curve", [
      sm2Line(undefined, (_, wrapped) => [NOT_ON_CURVE, wrapped]),
    ]),
    malformed("sm2_infinity", [
      sm2Line(undefined, (_, wrapped) => [new Uint8Array(33), wrapped]),
    ]),
    malformed("sm2_x_above_p", [
      sm2Line(undefined, (_, wrapped) => [new Uint8Array(33).fill(255).fill(2, 0, 1), wrapped]),
    ]),
    malformed("sm2_uncompressed", [
      sm2Line(undefined, (share, wrapped) => [uncompress(share), wrapped]),
    ]),
    malformed("sm2_short_share", [
      sm2Line(undefined, (share, wrapped) => [share.subarray(1), wrapped]),
    ]),
    malformed("sm2_long_file_key", [
      sm2Line(undefined, (share, wrapped) => [share, concat(wrapped, new Uint8Array(16))]),
    ]),
    malformed("sm2_extra_word", [`${sm2Line()} x`]),
    malformed("sm2_missing_word", [words.slice(0, 3).join(" ")]),
    malformed("sm2_no_words", ["-> sm2"]),
    malformed("sm2_not_canonical", [[...words.slice(0, 3), notCanonical(words[3]!)].join(" ")]),
    malformed("sm2_not_base64", [[...words.slice(0, 2), "_".repeat(44), words[3]].join(" ")]),
  ];
}

/** Stanzas for a passphrase. */
export function scryptCases(): Case[] {
  const byPassphrase: Partial<Case> = { passphrase: PASSPHRASE, identities: [] };
  const cost = (text: string): string => scryptLine(PASSPHRASE, 10, text);
  const words = scryptLine().split(" ");
  return [
    success("scrypt", [scryptLine()], byPassphrase),
    success("scrypt_and_sm2", [sm2Line(), scryptLine()], byPassphrase),
    success("scrypt_and_sm2_by_identity", [scryptLine(), sm2Line()]),
    noMatch("scrypt_wrong_passphrase", [scryptLine("another")], byPassphrase),
    noMatch("scrypt_none", [sm2Line()], byPassphrase),
    noMatch("scrypt_wrong_work_factor", [cost("11")], byPassphrase),
    malformed("scrypt_work_factor_21", [cost("21")], {
      ...byPassphrase,
      comment: "2 GiB: refused before a byte is hashed",
    }),
    malformed("scrypt_work_factor_99", [cost("99")], byPassphrase),
    malformed("scrypt_work_factor_huge", [cost("100")], byPassphrase),
    malformed("scrypt_work_factor_zero", [cost("0")], byPassphrase),
    malformed("scrypt_work_factor_leading_zero", [cost("010")], byPassphrase),
    malformed("scrypt_work_factor_plus", [cost("+10")], byPassphrase),
    malformed("scrypt_work_factor_minus", [cost("-10")], byPassphrase),
    malformed("scrypt_work_factor_hex", [cost("0xa")], byPassphrase),
    malformed("scrypt_work_factor_missing", [
      [...words.slice(0, 3), words[4]].join(" "),
    ], byPassphrase),
    malformed("scrypt_short_salt", [
      [words[0], words[1], words[2]!.slice(0, 20), ...words.slice(3)].join(" "),
    ], byPassphrase),
    malformed("scrypt_twice", [scryptLine(), scryptLine("another")], byPassphrase),
    malformed("scrypt_extra_word", [`${scryptLine()} x`], byPassphrase),
  ];
}
