/** Commands by the words that people try for them: other tools', and everyday ones. */
import type { CommandName } from "../names.ts";

/** A command line's beginning, and the words that are tried for it, between slashes. */
const WORDS: ReadonlyArray<readonly [command: CommandName | `${CommandName} ${string}`, string]> = [
  // age-keygen, ssh-keygen, openssl genpkey, gpg --gen-key, minisign -G
  [
    "keygen",
    "key-gen/genkey/gen-key/genpkey/gen/generate/generate-key/init/identity/new/age-keygen/ssh-keygen/setup",
  ],
  ["key convert", "convert/export-key/import-key/passwd/pkcs8/pkcs12"],
  ["pubkey", "pub/public/publickey/public-key/pkey/fingerprint/id/whoami/me/key-id"],
  ["enc", "encrypt/seal/lock/crypt/cipher/encipher/protect/age"],
  ["dec", "decrypt/unseal/open/unlock/decipher"],
  ["sign", "signature/sig/clearsign/detach-sign/pkeyutl"],
  ["verify", "check-signature/validate/check/verify-signature"],
  ["cms", "pkcs7/p7/p7m/p7s/smime/s-mime/envelope/gmt0010"],
  ["cert", "certificate/certificates/ca/x509/req/crl/csr/pki"],
  ["cert enroll", "enrol/enroll"],
  ["stego", "steghide/steg/steganography/picture/image/png"],
  ["stego hide", "hide/embed/conceal"],
  ["stego reveal", "reveal/extract/unhide/find-hidden"],
  ["stego capacity", "capacity"],
  ["stego check", "detect/stegdetect/steganalysis"],
  ["listen", "receive/recv/get/accept/serve/server/wait/daemon/host/start/up/run"],
  ["chat", "talk/message/msg/call/connect/dial/tell/text/write/say/im/conversation"],
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
  ["contact block", "block/ban"],
  ["contact verify", "safety-number/safety"],
  ["pair", "pairing/code/introduce/meet/handshake"],
  ["peers", "who/scan/discover/discovery/find/online/lan/nearby/devices/neighbours/neighbors"],
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

/** The command that is meant by `word`, if that is one of the words for it. */
export function nearCommands(word: string): readonly string[] | undefined {
  const command = COMMAND_OF.get(word.toLowerCase());
  return command === undefined ? undefined : [command];
}
