/** Commands by the words that people try for them: other tools', and everyday ones. */
import { COMMAND_NAMES, type CommandName } from "../names.ts";

/** A command line's beginning, and the words that are tried for it, between slashes. */
const WORDS: ReadonlyArray<readonly [command: CommandName | `${CommandName} ${string}`, string]> = [
  // age-keygen, ssh-keygen, openssl genpkey, gpg --gen-key, minisign -G
  [
    "keygen",
    "key-gen/genkey/gen-key/genpkey/genrsa/gen/generate/generate-key/init/identity/new/age-keygen/ssh-keygen/setup",
  ],
  ["key convert", "convert/export-key/import-key/passwd/password/passphrase/pkcs8/pkcs12"],
  ["pubkey", "list-keys/pub/public/publickey/public-key/pkey/fingerprint/id/whoami/me/key-id"],
  ["enc", "encrypt/seal/lock/crypt/cipher/encipher/protect/age/rage/gpg"],
  ["dec", "decrypt/unseal/open/unlock/decipher"],
  ["sign", "signature/sig/clearsign/detach-sign/pkeyutl"],
  ["verify", "check-signature/validate/check/verify-signature"],
  ["cms", "pkcs7/p7/p7m/p7s/smime/s-mime/envelope/gmt0010"],
  ["cert", "certificate/certificates/ca/x509/req/crl/csr/pki"],
  ["cert enroll", "enrol/enroll"],
  ["cert revoke", "revoke"],
  ["cert trust", "trust"],
  ["stego", "steghide/steg/steganography/picture/image/png"],
  ["stego hide", "hide/embed/conceal"],
  ["stego reveal", "reveal/extract/unhide/find-hidden"],
  ["stego capacity", "capacity"],
  ["stego check", "detect/stegdetect/steganalysis"],
  ["listen", "receive/recv/rcv/s_server/get/accept/serve/server/wait/daemon/host/start/up/run"],
  [
    "chat",
    "s_client/nc/netcat/reply/sms/talk/message/msg/call/connect/dial/tell/text/write/say/im/conversation",
  ],
  [
    "send-file",
    "send/sendfile/send-files/transfer/put/push/copy/cp/scp/share/file/files/upload/croc/wormhole",
  ],
  ["voice", "record/audio/speak/mic/microphone/sound/note"],
  ["ui", "web/gui/window/page/browser/app/desktop/http/webui"],
  ["contact", "contacts/friend/friends/people/person/address-book/addressbook"],
  ["contact add", "add/add-contact/add-friend"],
  ["contact import", "import"],
  ["contact invite", "invite/invitation/qr/qrcode/link"],
  ["contact block", "block/ban/mute"],
  ["contact verify", "safety-number/safety"],
  ["pair", "pairing/code/introduce/meet/handshake"],
  ["peers", "ping/who/scan/discover/discovery/find/online/lan/nearby/devices/neighbours/neighbors"],
  ["group", "groups/room/rooms/channel/channels/join"],
  ["history", "log/logs/messages/search/past/inbox"],
  ["outbox", "queue/pending/waiting/unsent/cancel/flush"],
  ["config", "settings/setting/set/get-setting/preferences/options/configure"],
  ["doctor", "diagnose/diagnostics/status/selftest/self-test/test/debug/info/health"],
  ["completion", "completions/autocomplete/complete"],
  ["sm2", "ecc/sm2enc/sm2dec"],
  ["sm3", "hash/digest/sum/sm3sum/sm3hmac/dgst/hmac/checksum/sha256sum/md5sum"],
  ["sm4", "aes/sm4-cbc/sm4-gcm/block-cipher"],
  ["sm4 mac", "mac/cmac"],
  ["zuc", "eea3/eia3/zuc128/zuc-128/stream-cipher"],
];

const COMMAND_OF: ReadonlyMap<string, string> = new Map(
  WORDS.flatMap(([command, words]) => words.split("/").map((word) => [word, command])),
);

/** All words, for a test that they are told apart. */
export const NEAR_WORDS: readonly string[] = WORDS.flatMap(([, words]) => words.split("/"));

/** Words for the same act: those of them that a group has are meant by the others. */
const SAME_ACT: readonly (readonly string[])[] = [
  "add/new/create/make/invite/issue/request",
  "delete/del/rm/remove/cancel/unset/leave/forget/drop/erase/clear/revoke",
  "show/list/ls/get/print/view/info/search",
  "send/flush/retry",
  "enc/encrypt/seal/hide/embed/lock",
  "dec/decrypt/open/reveal/extract/unlock",
  "hash/digest/mac/hmac",
  "detect/check/verify/validate",
  "rename/mv/edit/change/set",
  "block/ban/mute",
  "accept/join",
  "export/backup/convert",
  "import/restore/convert",
].map((words) => words.split("/"));

/** The commands, or those of a group, that are meant by `word`, likeliest first; none where there is no guess. */
export function nearCommands(
  word: string,
  commands: readonly string[],
  inGroup: boolean,
): readonly string[] {
  const given = word.toLowerCase();
  const named = COMMAND_OF.get(given);
  if (!inGroup && named !== undefined) return [named];
  const same = inGroup ? SAME_ACT.filter((words) => words.includes(given)).flat() : [];
  const meant = commands.filter((name) => same.includes(name));
  if (meant.length > 0) return meant;
  const mistyped = commands.filter((name) => isOneSlip(given, name));
  return mistyped.length > 0 || named === undefined ? mistyped : [`p2p ${named}`];
}

/** Whether `typed` is `word` with one letter more, less, or other, two of them swapped, or the end left out. */
export function isOneSlip(typed: string, word: string): boolean {
  if (typed.length > 2 && word.startsWith(typed)) return true;
  let start = 0;
  while (start < typed.length && typed[start] === word[start]) start++;
  let end = 0;
  const most = Math.min(typed.length, word.length) - start;
  while (end < most && typed.at(-1 - end) === word.at(-1 - end)) end++;
  const there = typed.slice(start, typed.length - end);
  const wanted = word.slice(start, word.length - end);
  if (typed.length < 2) return false;
  if (there.length === 2) return wanted === `${there[1]}${there[0]}`;
  return there.length <= 1 && wanted.length <= 1;
}

/** What `flag`, given in place of a command, is in other tools: `age -d`, `gpg --encrypt`. */
export function commandOfFlag(flag: string): string | undefined {
  if (flag === "-e") return "enc";
  if (flag === "-d") return "dec";
  const word = flag.replace(/^--/, "").toLowerCase();
  const named = (COMMAND_NAMES as readonly string[]).find((name) => name === word);
  return flag.startsWith("--") ? named ?? COMMAND_OF.get(word) : undefined;
}
