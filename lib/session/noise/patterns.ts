/**
 * Handshake patterns as token tables: Noise revision 34, §7.4 and §7.5 (NN, KK, XK, IK, XX), §9.4 (psk modifiers),
 * §10.2 (the fallback modifier). `message` 0, 2, … go from the initiator, 1, 3, … from the responder; in a fallback
 * pattern the one who speaks first is the responder of the handshake that failed, so `firstSender` says so.
 */
import type { Role } from "../../wire/role.ts";

/** A token of a message pattern (§7.1, §9.2). */
export type Token = "e" | "s" | "ee" | "es" | "se" | "ss" | "psk";

/** What a party's public keys the other knows beforehand (§7.1). */
export type PreMessage = readonly ("e" | "s")[];

/** A handshake pattern. */
export interface HandshakePattern {
  readonly name: string;
  readonly initiatorPre: PreMessage;
  readonly responderPre: PreMessage;
  readonly messages: readonly (readonly Token[])[];
  readonly firstSender: Role;
  /** Whether psk tokens occur, which makes `e` keyed as well (§9.2). */
  readonly psk: boolean;
}

function pattern(
  name: string,
  messages: readonly string[],
  options: { initiatorPre?: PreMessage; responderPre?: PreMessage; firstSender?: Role } = {},
): HandshakePattern {
  const tokens = messages.map((message) => message.split(" ") as Token[]);
  return {
    name,
    initiatorPre: options.initiatorPre ?? [],
    responderPre: options.responderPre ?? [],
    messages: tokens,
    firstSender: options.firstSender ?? "initiator",
    psk: tokens.some((message) => message.includes("psk")),
  };
}

/** The patterns that p2p uses, and those that only the public vectors prove. */
export const PATTERNS = {
  NN: pattern("NN", ["e", "e ee"]),
  KK: pattern("KK", ["e es ss", "e ee se"], { initiatorPre: ["s"], responderPre: ["s"] }),
  XK: pattern("XK", ["e es", "e ee", "s se"], { responderPre: ["s"] }),
  /** Known peer: `-> e, es, s, ss` · `<- e, ee, se`. */
  IK: pattern("IK", ["e es s ss", "e ee se"], { responderPre: ["s"] }),
  /** First contact: `-> e` · `<- e, ee, s, es` · `-> s, se`. */
  XX: pattern("XX", ["e", "e ee s es", "s se"]),
  /** After an IK or IKpsk1 message that the responder could not read: the initiator's `e` is known already. */
  XXfallback: pattern("XXfallback", ["e ee s es", "s se"], {
    initiatorPre: ["e"],
    firstSender: "responder",
  }),
  /** Resumption: `-> e, es, s, ss, psk` · `<- e, ee, se`. */
  IKpsk1: pattern("IKpsk1", ["e es s ss psk", "e ee se"], { responderPre: ["s"] }),
  NNpsk0: pattern("NNpsk0", ["psk e", "e ee"]),
  XXpsk3: pattern("XXpsk3", ["e", "e ee s es", "s se psk"]),
  IKpsk2: pattern("IKpsk2", ["e es s ss", "e ee se psk"], { responderPre: ["s"] }),
} as const satisfies Record<string, HandshakePattern>;

/** Who sends message number `index` of `pattern`. */
export function senderOf(pattern: HandshakePattern, index: number): Role {
  const other: Role = pattern.firstSender === "initiator" ? "responder" : "initiator";
  return index % 2 === 0 ? pattern.firstSender : other;
}
