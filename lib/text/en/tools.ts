/** English: the commands for files, keys, signatures and digests, and what they read and write. */
import type { Text, Wording } from "../text.ts";
import { counted } from "./counted.ts";

interface Reason {
  readonly name: string;
  readonly reason: Text;
}

export const tools = {
  "input.read": ({ name, reason }: Reason, { text }: Wording) => `read ${name}: ${text(reason)}`,
  "input.no-file": "no such file",
  "input.not-utf8.hint": "rename it, or let the shell open it: - < FILE",
  "input.too-large": ({ name, most }: { name: string; most: number }, { size }: Wording) =>
    `read ${name}: more than ${size(most)}`,
  "input.not-text": ({ name }: { name: string }) => `read ${name}: not valid UTF-8`,
  "input.terminal": "read stdin: it is a terminal",
  "input.terminal.hint": ({ usage }: { usage: Text }, { text }: Wording) =>
    `${text(usage)}; '-' reads what you type`,
  "input.once": ({ first, second }: { first: string; second: string }) =>
    `read stdin: ${first} and ${second} cannot both come from there`,
  "output.write": ({ name, reason }: Reason, { text }: Wording) => `write ${name}: ${text(reason)}`,
  "output.binary": "write stdout: binary data would garble the terminal",
  "output.binary.hint": "name a file with -o, or '-o -' to write it all the same",
  "output.not-utf8": ({ name }: { name: string }) =>
    `write ${name}: the name is not UTF-8, and would become another`,
  "output.not-utf8.hint": "name it in UTF-8, or write to stdout: -o - > FILE",
  "files.replaced": "the file was replaced in the meantime",

  "passphrase.both": "read passphrase: give --passphrase-file or --passphrase-fd, not both",
  "passphrase.no-terminal": ({ prompt }: { prompt: Text }, { text }: Wording) =>
    `read passphrase: no terminal to ask for the ${text(prompt)}`,
  "passphrase.no-terminal.hint": "use --passphrase-file FILE or --passphrase-fd N",
  "passphrase.windows": "read passphrase: --passphrase-fd does not work on Windows",
  "passphrase.windows.hint": "use --passphrase-file FILE, or --passphrase-fd 0 for stdin",
  "passphrase.empty": ({ name }: { name: string }) => `read passphrase ${name}: it is empty`,
  "passphrase.not-empty": "a passphrase must not be empty",
  "passphrase.again": "the same again: ",
  "passphrase.differ": "the two differ, once more",
  "passphrase.ask": ({ prompt }: { prompt: Text }, { text }: Wording) => `${text(prompt)}: `,
  "passphrase.of-file": ({ name }: { name: string }) => `passphrase for ${name}`,
  "passphrase.prompt": "passphrase",
  "passphrase.new": "new passphrase",

  "recipient.secret": "find public key: the argument is a private key, which others can see",
  "recipient.line": (
    { name, line, reason }: Reason & { line: number },
    { text }: Wording,
  ) => `read recipients ${name}: line ${line}: ${text(reason)}`,
  "recipient.none": ({ name }: { name: string }) => `read recipients ${name}: there are none`,

  "enc.nobody": "encrypt: no recipient is named",
  "enc.nobody.hint": "-r RECIPIENT for somebody's key, -p for a passphrase",
  "enc.usage": "p2p enc -r RECIPIENT FILE",
  "enc.progress": ({ name }: { name: string }) => `encrypt ${name}`,
  "dec.usage": "p2p dec FILE",
  "dec.progress": ({ name }: { name: string }) => `decrypt ${name}`,
  "dec.signed": ({ name, key }: { name: string | undefined; key: string }) =>
    `signed by ${name === undefined ? "" : `${name} `}${key}`,

  "sign.usage": "name a file, or pipe the message in",
  "sign.digest-e":
    "signing e as it is given: nothing here has seen what it is the digest of, or for whose ID",
  "sign.digest-e-id": "read --id: with --digest-e the ID is in e already",
  "sign.not-e": ({ name }: { name: string }) =>
    `read e ${name}: neither 32 bytes nor 64 hex digits`,
  "verify.good-e": ({ key }: { key: string }) =>
    `good signature of this e by ${key}; whose message that is, e does not say`,
  "verify.usage": "name the signed file, or pipe it in",
  "verify.bad": ({ name }: { name: string }) => `verify ${name}: bad signature`,
  "verify.bad.empty-id": "verifies with --id '': OpenSSL signs so unless told distid",
  "verify.bad.default-id": "verifies without --id",
  "verify.good": ({ key }: { key: string }) => `good signature by ${key}`,
  "pubkey.form": "print public key: give --pem or --hex, not both",
  "key.passphrase-contradiction": "convert key: --no-passphrase contradicts a new passphrase",
  "key.public-passphrase": "convert key: a public key takes no passphrase",
  "key.public-flag": ({ flag }: { flag: string }) =>
    `convert key: ${flag} is for private keys, and a public one is written`,
  "key.not-wrapped": ({ name }: { name: string }) =>
    `read --unwrap-with: the key in ${name} is not wrapped for another one`,
  "key.unprotected": ({ flag }: { flag: string }) =>
    `convert key: ${flag} is for a passphrase, and the key is written without one`,
  "key.no-name": ({ form }: { form: string }) =>
    `convert key: --name is for p12, and ${form} has no place for it`,
  "key.public-form": ({ form }: { form: string }) =>
    `convert key: ${form} is for private keys, and this is a public one`,
  "key.one-key": ({ form }: { form: string }) =>
    `convert key: the file has two keys, and ${form} holds one; use pem or p12`,
  "key.needs-passphrase": ({ form }: { form: string }) => `convert key: ${form} needs a passphrase`,
  "key.needs-passphrase.hint": "--new-passphrase asks for one, --new-passphrase-file FILE reads it",
  "key.no-encryption": ({ form }: { form: string }) =>
    `convert key: ${form} cannot be encrypted, and the key has a passphrase`,
  "key.no-encryption.hint": "--no-passphrase writes it for everybody to read",
  "key.for-whom": "convert key: an envelope needs -r, the signing key it is for",
  "key.recipient-form": ({ form }: { form: string }) =>
    `convert key: -r is for --form envelope, not for ${form}`,
  "key.gmssl-needs-passphrase": "GmSSL's commands read encrypted keys alone: --new-passphrase",
  "sm2.no-prefix": "encrypt: --no-04 is for raw forms, not for DER",
  "sm2.usage-message": "name a file, or pipe the message in",
  "sm2.usage-ciphertext": "name a file, or pipe the ciphertext in",

  "sm3.usage": "name files, or pipe data in",
  "sm3.check-names": "check files: --check takes the names from its list",
  "sm3.unreadable-files": ({ failed }: { failed: number }) =>
    `hash files: ${failed} could not be read`,
  "sm3.no-checksum": ({ name }: { name: string }) =>
    `read checksum list ${name}: no SM3 checksum in it`,
  "sm3.malformed": ({ lines }: { lines: number }) =>
    `${counted(lines, "line")} ${lines === 1 ? "is not a checksum" : "are not checksums"}`,
  "sm3.differ": ({ failed, total }: { failed: number; total: number }) =>
    `check files: ${failed} of ${total} ${failed === 1 ? "does" : "do"} not match`,
  "sm3.check-unreadable": ({ failed, total }: { failed: number; total: number }) =>
    `check files: ${failed} of ${total} could not be read`,

  "sm4.usage": "name a file, or pipe data in",
  "sm4.aad": ({ mode }: { mode: string }) => `use SM4: ${mode} takes no --aad`,
  "sm4.never-pads": ({ mode }: { mode: string }) =>
    `use SM4: ${mode} never pads, so --no-padding says nothing`,
  "sm4.flag-hex": ({ flag }: { flag: string }) => `read ${flag}: not pairs of hex digits`,
  "sm4.no-iv-flag": ({ mode }: { mode: string }) => `use SM4: ${mode} takes no --iv`,
  "sm4.iv-needed": ({ mode }: { mode: string }) => `use SM4: ${mode} needs --iv`,
  "sm4.iv-digits": ({ mode, digits }: { mode: string; digits: number }) =>
    `read --iv: ${mode} takes ${counted(digits, "hex digit")}`,
  "sm4.one-key": "use SM4: give --key-file or --key, one of the two",
  "sm4.key-digits": ({ digits }: { digits: number }) =>
    `read --key: must be ${counted(digits, "hex digit")}`,
  "sm4.key-visible": "--key can be seen by other users of this machine; --key-file cannot",
  "sm4.key-file": ({ name, bytes }: { name: string; bytes: number }) =>
    `read key ${name}: neither ${counted(2 * bytes, "hex digit")} nor ${counted(bytes, "byte")}`,
  "sm4.mode-needed": "use SM4: --mode is needed, or --openssl",
  "sm4.no-tag": ({ mode }: { mode: string }) => `use SM4: ${mode} has no tag`,
  "sm4.tag-length": ({ mode, ccm }: { mode: string; ccm: boolean }) =>
    `read --tag-length: ${mode} takes ${ccm ? "4, 6, 8, 10, 12, 14 or 16" : "12 to 16"}`,
  "sm4.passphrase-openssl": "use SM4: a passphrase goes with --openssl",
  "sm4.openssl-key": "use SM4: --openssl makes key and IV of a passphrase",
  "sm4.openssl-mode": ({ mode }: { mode: string }) =>
    `use SM4: openssl enc has no ${mode}; it has cbc, ctr, cfb, ofb, ecb`,
  "sm4.openssl-only": ({ flag }: { flag: string }) => `use SM4: ${flag} goes with --openssl`,
  "sm4.iterations-kdf": "use SM4: --old-kdf has no iterations",
  "sm4.old-digest": "use SM4: md5 goes with --old-kdf",
  "zuc.iv": "use ZUC: give --iv, or --count with --bearer and --direction",

  "self-test.accepted": ({ step }: { step: string }) => `${step}: accepted`,
  "self-test.gcm": "SM4-GCM",
  "self-test.in-use": "in use",
  "self-test.mac": "HMAC-SM3, HKDF, PBKDF2",
  "self-test.modes": "SM4 ECB, CBC, CTR, CFB, OFB",
  "self-test.other-modes": "SM4 CCM, XTS, CMAC",
  "self-test.not-here": "not on this machine",
  "self-test.random": "random numbers",
  "self-test.relaxed": "kernel with relaxed SIMD",
  "self-test.repeated": "draw random bytes: the same bytes twice",
  "self-test.scalar": "kernel without SIMD",
  "self-test.simd": "kernel with SIMD",
  "self-test.sm2-encryption": "SM2 encryption",
  "self-test.sm2-keys": "SM2 keys and key agreement",
  "self-test.sm2-narrow": "SM2 kernel with 64-bit products",
  "self-test.sm2-signature": "SM2 signature",
  "self-test.sm2-wide": "SM2 kernel with 128-bit products",
  "self-test.sm3": "SM3",
  "self-test.sm4": "SM4",
  "self-test.zuc": "ZUC-128",
  "self-test.wrong": ({ step }: { step: string }) => `${step}: wrong answer`,
} as const;
