/** Commands by the words that people try for them: other tools', and everyday ones. */
import type { CommandName } from "../names.ts";

/** A command line's beginning, and the words that are tried for it, between slashes. */
const WORDS: ReadonlyArray<readonly [command: CommandName | `${CommandName} ${string}`, string]> = [
  ["keygen", "key-gen/genkey/genpkey/gen/generate/init/identity/new"],
  ["key convert", "convert"],
  ["pubkey", "pub/public/publickey/pkey/fingerprint/id/whoami"],
  ["enc", "encrypt/seal/lock/crypt"],
  ["dec", "decrypt/unseal/open/unlock"],
  ["sign", "signature/sig"],
  ["verify", "check-signature/validate"],
  ["cert", "certificate/certificates/ca/x509/req"],
  ["stego", "steghide/steg/picture/image"],
  ["stego hide", "hide/embed/conceal"],
  ["stego reveal", "reveal/extract/unhide"],
  ["listen", "receive/recv/get/accept/serve/server/wait/daemon/host"],
  ["chat", "talk/message/msg/call/connect/tell/text/write/say"],
  ["send-file", "send/sendfile/transfer/put/push/copy/cp/share/file/files"],
  ["voice", "record/audio/speak/mic/sound"],
  ["contact", "contacts/friend/friends/people/add/address-book/addressbook"],
  ["contact invite", "invite/invitation/qr"],
  ["contact block", "block/ban"],
  ["peers", "who/scan/discover/find/online/lan/nearby"],
  ["group", "groups/room/rooms/channel"],
  ["history", "log/logs/messages/search"],
  ["outbox", "queue/pending/waiting"],
  ["config", "settings/setting/set/preferences/options"],
  ["doctor", "diagnose/status/selftest/self-test"],
  ["sm3", "hash/digest/sum/sm3sum/dgst/hmac/checksum"],
];

const COMMAND_OF: ReadonlyMap<string, string> = new Map(
  WORDS.flatMap(([command, words]) => words.split("/").map((word) => [word, command])),
);

/** The command that is meant by `word`, if that is one of the words for it. */
export function nearCommands(word: string): readonly string[] | undefined {
  const command = COMMAND_OF.get(word.toLowerCase());
  return command === undefined ? undefined : [command];
}
