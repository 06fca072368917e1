/** 中文：所有命令的帮助。 */
import type { help as english } from "../en/help.ts";
import type { SameWords } from "../types.ts";
import { help as cert } from "./cert.ts";
import { help as chat } from "./chat.ts";
import { help as cms } from "./cms.ts";
import { help as completion } from "./completion.ts";
import { help as config } from "./config.ts";
import { help as contact } from "./contact.ts";
import { help as dec } from "./dec.ts";
import { help as doctor } from "./doctor.ts";
import { help as enc } from "./enc.ts";
import { help as group } from "./group.ts";
import { help as history } from "./history.ts";
import { help as key } from "./key.ts";
import { help as keygen } from "./keygen.ts";
import { help as listen } from "./listen.ts";
import { help as outbox } from "./outbox.ts";
import { help as pair } from "./pair.ts";
import { help as peers } from "./peers.ts";
import { help as pubkey } from "./pubkey.ts";
import { help as sendFile } from "./send-file.ts";
import { help as sign } from "./sign.ts";
import { help as sm2 } from "./sm2.ts";
import { help as sm3 } from "./sm3.ts";
import { help as sm4 } from "./sm4.ts";
import { help as stego } from "./stego.ts";
import { help as ui } from "./ui.ts";
import { help as verify } from "./verify.ts";
import { help as voice } from "./voice.ts";
import { help as zuc } from "./zuc.ts";
import { program } from "./program.ts";
import { shared } from "./shared.ts";

export const help: SameWords<typeof english> = {
  shared,
  program,
  commands: {
    keygen,
    pubkey,
    key,
    cert,
    enc,
    dec,
    sign,
    verify,
    cms,
    stego,
    listen,
    chat,
    "send-file": sendFile,
    voice,
    ui,
    contact,
    pair,
    peers,
    group,
    history,
    outbox,
    sm2,
    sm3,
    sm4,
    zuc,
    config,
    doctor,
    completion,
  },
};
