// What goes wrong and what is told, in Chinese: no English word is left but names, commands, codes and values.
import assert from "node:assert/strict";
import { join } from "node:path";
import { SLASH_COMMANDS } from "../../commands/conversation/slash-commands.ts";
import { englishWords } from "../support/english-words.ts";
import { makeHome, p2p, withFolder } from "../support/executable.ts";
import { read, startOnTerminal, stopping } from "./support.ts";
import { notLinux, testUnless } from "../support/requires.ts";

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
contact
history
outbox
config
config get language
config get nothing
config set nothing x
config set expiry soon
config set bell all
config unset bell
group
group show friends
group create friends alice
group create friends
group invite friends bob
group invite friends alice
group remove friends bob
group rename friends pals
group rename nothing pals
group show pals
group leave pals
cert ca school
cert ca school
cert request CN=alice -o a.req
cert request CN=alice -o a.req
cert issue a.req -o a.crt
cert issue text
cert show a.crt
cert show text
cert verify a.crt
cert verify text
cert trust
cert trust none
cert code alice
cert list
cert renew a.crt
cert crl
cert revoke a.crt
cert revoke a.crt
cert log
cert enroll 127.0.0.1:1
cms sign text
cms sign --cert a.crt -o a.p7s text
cms sign --cert none text
cms verify a.p7s
cms verify text
cms encrypt text
cms encrypt -r a.crt -o a.p7m text
cms encrypt -r none text
cms decrypt a.p7m
cms decrypt text
key convert -i text
key convert -i none
key convert --for gmssl
key convert --for openssl -o k.pem
key convert --for openssl -o k.pem
key convert --for nothing
key convert -i k.pem --form p12 -o k.p12
ui --port x
pair 127.0.0.1:1
pair --code 000-000-000
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

/** Lines for a conversation, of every slash command: well used and badly. */
const TYPED = `
/help
/to
/to nobody
/who
/name
/name 小红
/verify
/verify ok
/invite
/file
/file none
/hide
/hide none.png
/reveal none.png
/history
/search
/search 你好
/outbox
/cancel
/cancel 9
/me
/me 挥手
/nonsense
/block
/voice x
/clear
你好
`.trim().split("\n");

Deno.test("every slash command is among the lines that are looked at", () => {
  const typed = TYPED.flatMap((line) => /^\/(\w+)/.exec(line)?.[1] ?? []);
  const missing = [...SLASH_COMMANDS.keys()].filter((name) => !typed.includes(name));
  assert.deepEqual(missing, ["quit"], "it is typed at the end");
});

/** What a terminal was sent, without the sequences that are not shown. */
function plain(sent: string): string {
  // deno-lint-ignore no-control-regex
  return sent.replace(/\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07]*\x07/g, "").replace(/\r/g, "\n");
}

testUnless(
  notLinux,
  "in Chinese no English is left in a conversation, its questions and its slash commands",
  () =>
    withFolder((folder) =>
      stopping(async (keep) => {
        await Deno.writeTextFile(join(folder, "text"), "words\n");
        const [bob, alice] = [await makeHome(folder, "bob"), await makeHome(folder, "alice")];
        const chinese = { cwd: folder, env: { P2P_LANG: "zh" } };
        const args = ["listen", "--bind", "127.0.0.1", "--port", "0"];
        const listening = keep(startOnTerminal(args, { ...chinese, home: bob.home }));
        const [peer] = await listening.out.match(/127\.0\.0\.1:\d+/);
        const chat = keep(
          startOnTerminal(["chat", peer, "--port", "0"], { ...chinese, home: alice.home }),
        );
        await chat.see("已连接");
        await chat.type("早\r");
        await listening.see("早");
        const offer = p2p(["send-file", peer, join(folder, "text")], alice);
        await listening.see("[y/N]");
        await read();
        await listening.type("y\r");
        await offer;
        for (const line of [...TYPED, "/to 1", "在吗"]) await listening.type(`${line}\r`);
        await chat.see("在吗");
        for (const line of TYPED) await chat.type(`${line}\r`);
        await listening.see("挥手");
        await chat.type("/block yes\r");
        await listening.see("（不在）>");
        await chat.type("/quit\r");
        await listening.type("再见\r/quit\r");
        await Promise.all([chat.code(), listening.code()]);
        for (const run of [chat, listening]) {
          await run.out.over;
          const shown = plain(run.out.text);
          assert.deepEqual(englishWords(shown, [...TYPED, "text"]), [], shown);
        }
      })
    ),
);

testUnless(
  notLinux,
  "in Chinese no English is left in what pair and ui say while they wait",
  () =>
    withFolder((folder) =>
      stopping(async (keep) => {
        const { home } = await makeHome(folder, "home");
        for (
          const [args, ready] of [
            [["pair", "--bind", "127.0.0.1", "--port", "0"], /\d{3}-\d{3}-\d{3}/],
            [["ui", "--no-open", "--bind", "127.0.0.1", "--listen", "0"], /http:\S+/],
          ] as const
        ) {
          const run = keep(
            startOnTerminal(args, { home, cwd: folder, env: { P2P_LANG: "zh" } }),
          );
          await run.out.match(ready);
          await run.type("\x03");
          await run.code();
          await run.out.over;
          const shown = plain(run.out.text);
          assert.deepEqual(englishWords(shown, args), [], shown);
        }
      })
    ),
);

Deno.test("an English word that is left is found; names, flags, files and values are none", () => {
  assert.deepEqual(englishWords("p2p: warning: 密钥可见", []), ["warning"]);
  assert.deepEqual(englishWords("p2p: 读取 bob: Not found", ["chat", "bob"]), ["Not", "found"]);
  assert.deepEqual(
    englishWords("p2p: 读取 /tmp/x/identity.pem：用 --force，或 p2p contact list；PEM、scrypt", []),
    [],
  );
});
