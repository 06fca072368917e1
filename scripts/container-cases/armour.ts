/** ASCII armour: what mail may do to it, and what nothing may. */
import { base64, concat, utf8 } from "../../lib/bytes.ts";
import { type Case, chunk, file } from "./build.ts";

const BEGIN = "-----BEGIN P2P ENCRYPTED FILE-----";
const END = "-----END P2P ENCRYPTED FILE-----";

function fileOf(payload: Uint8Array): Uint8Array {
  return file(chunk(0, true, payload));
}

/** A payload that makes the whole file `remainder` bytes longer than a multiple of 48. */
function payloadFor(remainder: number): Uint8Array {
  const bare = fileOf(new Uint8Array(0)).length;
  return utf8("x".repeat((remainder - bare % 48 + 96) % 48));
}

function lines(bytes: Uint8Array): string[] {
  return base64(bytes).match(/.{1,64}/g) ?? [];
}

/** All cases of the armour. */
export function armourCases(): Case[] {
  const payload = utf8("a small payload");
  const body = lines(fileOf(payload));
  const text = `${[BEGIN, ...body, END].join("\n")}\n`;
  const good = (name: string, armoured: string, plaintext: Uint8Array = payload): Case => ({
    name,
    expect: "success",
    payload: plaintext,
    file: utf8(armoured),
  });
  const bad = (name: string, armoured: string, comment?: string): Case => ({
    name,
    expect: "armour failure",
    ...(comment === undefined ? {} : { comment }),
    file: utf8(armoured),
  });
  const remainders = [0, 1, 2, 46, 47].map((remainder) => {
    const plaintext = payloadFor(remainder);
    const whole = [BEGIN, ...lines(fileOf(plaintext)), END].join("\n");
    return good(`armour_last_line_${remainder}_bytes`, `${whole}\n`, plaintext);
  });
  const insert = (at: number, line: string): string =>
    `${[BEGIN, ...body.slice(0, at), line, ...body.slice(at), END].join("\n")}\n`;
  const padded = lines(fileOf(payloadFor(1)));
  const last = padded.at(-1)!;
  const withLast = (line: string): string =>
    `${[BEGIN, ...padded.slice(0, -1), line, END].join("\n")}\n`;
  return [
    good("armour", text),
    ...remainders,
    good("armour_crlf", text.replaceAll("\n", "\r\n")),
    good("armour_no_final_line_feed", text.trimEnd()),
    good("armour_white_space_around", ` \r\n\t\n${text}\n \t\r\n`),
    bad("armour_no_end", text.slice(0, text.indexOf(END))),
    bad("armour_cut_line", text.slice(0, 100)),
    bad("armour_only_begin", `${BEGIN}\n`),
    bad("armour_begin_without_line_feed", BEGIN),
    bad("armour_wrong_begin", text.replace("BEGIN P2P", "BEGIN P3P")),
    bad("armour_begin_trailing_space", text.replace(`${BEGIN}\n`, `${BEGIN} \n`)),
    bad("armour_wrong_end", text.replace("END P2P", "END P3P")),
    bad("armour_trailing_garbage", `${text}garbage`),
    bad("armour_two_files", `${text}${text}`),
    bad("armour_empty_line", insert(2, "")),
    bad("armour_short_line_inside", insert(1, "AAAA")),
    bad("armour_long_line", text.replace("\n", "\nAAAA")),
    bad("armour_two_lines_in_one", text.replace(`${body[0]}\n`, body[0]!)),
    bad("armour_header_line", insert(0, "Comment: hello")),
    bad("armour_space_in_line", insert(1, `${"A".repeat(63)} `)),
    bad("armour_not_base64", insert(1, "_".repeat(64))),
    bad("armour_padding_inside", insert(1, `${"A".repeat(63)}=`)),
    bad("armour_no_padding", withLast(last.replaceAll("=", ""))),
    bad("armour_too_much_padding", withLast("A===")),
    bad("armour_not_canonical", withLast(`${last.slice(0, -3)}B==`), "stray bits in the last line"),
    bad("armour_trailing_data_behind_padding", withLast(`${last}AAAA`)),
    {
      name: "armour_truncated_payload",
      expect: "payload failure",
      comment: "the armour is whole, what is in it is not",
      file: utf8(`${[BEGIN, ...lines(fileOf(payload).subarray(0, -3)), END].join("\n")}\n`),
    },
    {
      name: "armour_behind_text",
      expect: "header failure",
      comment: "only white space may stand in front",
      file: concat(utf8("Hello,\n"), utf8(text)),
    },
  ];
}
