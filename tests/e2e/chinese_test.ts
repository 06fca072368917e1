// What goes wrong and what is told, in Chinese: no English word is left but names, commands, codes and values.
import assert from "node:assert/strict";
import { join } from "node:path";
import { COMMAND_NAMES } from "../../commands/names.ts";
import { p2p } from "../support/executable.ts";

/** Words that are the same in every language: names of algorithms, formats and programs, and values of flags. */
const TECHNICAL = new Set(
  `p2p scrypt base bit ogg ipv ffmpeg sox alsa pulse apt install dnf free pacman apk add brew zypper sudo doas relaxed
   stealth quick auto ask contacts all gcm ccm ctr cbc ecb cfb ofb xts xts-ieee en zh der raw hex pem png jpeg key tab any
   kib mib gib tib`
    .split(/\s+/),
);

/** Subcommands, which errors and hints name. */
const SUBCOMMANDS = new Set(
  `encrypt decrypt digest hide reveal capacity check list show add rename remove verify accept-key forget block unblock
   invite accept export import delete cancel flush`.split(/\s+/),
);

/** The English words in `output`, apart from what was given and what is the same in every language. */
function englishWords(output: string, given: readonly string[]): string[] {
  const known = new Set(given.flatMap((each) => each.split(/[^A-Za-z-]+/)));
  const text = output
    .replace(/\bp2p1[0-9a-z…]+|p2p:\/\/\S+/g, "") // keys, invitations
    .replace(/(?:[\w.~-]*\/)+[\w.~-]+|\b[\w-]+\.[a-z]\w*(?:\.\w+)*\b/g, "") // paths and names of files
    .replace(/\b[0-9a-f]{4}\b/g, "") // fingerprints
    .replace(/--[a-z-]+/g, ""); // flags
  return [...text.matchAll(/[A-Za-z][A-Za-z-]*[a-z][A-Za-z-]*/g)].map(([word]) => word)
    .filter((word) =>
      word.length > 2 && !known.has(word) && !TECHNICAL.has(word.toLowerCase()) &&
      !SUBCOMMANDS.has(word) && !COMMAND_NAMES.some((name) => name === word)
    );
}

/** Command lines whose words are looked at, one after the other in one folder and home; KEY is the own public key. */
const RUNS = `
keygen --no-passphrase
keygen --no-passphrase
keygen --no-passphrase --passphrase-file pw
pubkey
pubkey -i none
pubkey -i text
enc -r wrong text
enc -r KEY -o a.enc text
enc -r KEY -o a.enc text
enc text
enc -r p2p1qqqq text
enc -r KEY none
enc -p --passphrase-file none text
enc -p --passphrase-file empty text
enc -p --passphrase-file pw -o b.enc text
enc --nonsense
dec text
dec -p a.enc
dec -p --passphrase-file pw2 b.enc
dec -p --passphrase-file pw -o out b.enc
dec --from KEY a.enc
sign text
sign text
verify -k KEY -s text.sig text
verify -k KEY -s text.sig pw
verify -k KEY -s text text
verify text
sm2 encrypt text
sm2 decrypt text
sm2 decrypt -i none text
sm3 none
sm3 -c text
sm4 encrypt --mode xyz text
sm4 encrypt --mode gcm text
sm4 encrypt --mode gcm --iv 00 --key 0123456789abcdeffedcba9876543210 text
sm4 decrypt --mode cbc --iv 000102030405060708090a0b0c0d0e0f --key 00 text
sm4 decrypt --mode gcm --iv 000102030405060708090a0b --key 0123456789abcdeffedcba9876543210 text
stego hide text message
stego hide none.png message
stego capacity cover.png
stego hide -p --passphrase-file pw cover.png message
stego hide -p --passphrase-file pw cover.png message
stego reveal cover.png
stego reveal text
stego check cover.png
contact list
contact add alice KEY
contact add alice KEY
contact add KEY
contact show bob
contact rename bob carol
contact remove bob
contact verify alice
contact verify bob
contact accept-key alice
contact forget 127.0.0.1
contact block alice
contact unblock alice
contact accept xyz
contact export out.contacts
contact export out.contacts
contact import text
contact import out.contacts
history show
history show bob
history delete
history delete alice
outbox list
outbox cancel 99
outbox flush
chat
chat bob. -m message
chat 127.0.0.1:1 -m message --port 0
chat 999.1.1.1 -m message
chat alice -m message --later
chat alice -m message --later --now
outbox list
outbox cancel all
send-file alice
send-file alice none
send-file 127.0.0.1:1 text --port 0
voice bob --input text
voice --play text
voice --play none
voice --input none 127.0.0.1:1
listen --bind 192.0.2.1
listen --port x
listen --accept foo
pair --code 1
doctor --crypto
doctor --home
nonsense
--lang fr
`.trim().split("\n").map((line) => line.split(" "));

Deno.test("in Chinese no English is left in what commands tell, or in what goes wrong", async () => {
  const cwd = await Deno.makeTempDir();
  try {
    for (
      const [name, words] of [["text", "words\n"], ["pw", "one\n"], ["pw2", "two\n"], ["empty", ""]]
    ) {
      await Deno.writeTextFile(join(cwd, name!), words!);
    }
    await Deno.copyFile(
      new URL("../../fixtures/stego/cover.png", import.meta.url),
      join(cwd, "cover.png"),
    );
    const left: string[] = [];
    let key = "";
    for (const run of RUNS) {
      const args = run.map((word) => word === "KEY" ? key : word);
      const { stdout, stderr } = await p2p(args, {
        cwd,
        home: join(cwd, "home"),
        env: { P2P_LANG: "zh" },
      });
      key ||= stdout.trim();
      // Checksums, names and ciphertexts are printed for programs; what people are told is on stderr, and in some tables.
      const told = /^(?:stego|doctor|history|outbox)/.test(run[0]!) ? stdout + stderr : stderr;
      const words = englishWords(told, args);
      if (words.length > 0) left.push(`p2p ${run.join(" ")}: ${words.join(" ")}\n${told}`);
    }
    assert.equal(left.join("\n"), "");
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
});

Deno.test("an English word that is left is found; names, flags, files and values are none", () => {
  assert.deepEqual(englishWords("p2p: warning: 密钥可见", []), ["warning"]);
  assert.deepEqual(englishWords("p2p: 读取 bob: Not found", ["chat", "bob"]), ["Not", "found"]);
  assert.deepEqual(
    englishWords("p2p: 读取 /tmp/x/identity.pem：用 --force，或 p2p contact list；PEM、scrypt", []),
    [],
  );
});
