/**
 * What is wrong with an argument is said in one line that names the action, the argument and the cure, in both languages,
 * and the same kind of fault ends with the same code whichever command meets it.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { chineseFault } from "../support/chinese.ts";
import { makeHome, p2p, withFolder } from "../support/executable.ts";

/** A command line (KEY: a public key), its exit code, and what is said of it in English. */
type Case = readonly [line: string, code: number, words: RegExp];

const HINT = String.raw`\n {5}`;

/** Commands that read a file, with FILE in its place. */
const READERS = [
  "dec FILE",
  "enc -r KEY -o out FILE",
  "enc -R FILE m",
  "sign FILE",
  "verify -k KEY -s FILE m",
  "sm3 FILE",
  "sm4 encrypt --mode ecb --key-file FILE m",
  "stego capacity FILE",
  "stego hide -r KEY FILE words",
  "stego reveal FILE",
  "stego check FILE",
  "cert show FILE",
  "cms verify FILE",
  "contact import FILE",
  "voice 127.0.0.1:1 --input FILE",
  "voice --play FILE",
  "chat 127.0.0.1:1 -m x --ca FILE",
  "chat 127.0.0.1:1 -m x --cert FILE",
];

/** Commands that write one, in the place of which a folder lies, or whose folder is none or not there. */
const WRITERS = [
  "enc -r KEY -o FILE m",
  "dec -o FILE m.enc",
  "sign -o FILE m",
  "sm4 encrypt --mode ecb --key-file key -o FILE m",
  "contact invite --png FILE",
  "contact export FILE",
  "history --export FILE",
  "cert request CN=a -o FILE",
  "voice --input m -o FILE",
  "key convert -o FILE",
  "keygen --no-passphrase -o FILE",
];

/** Whose file is missing, a folder, or below a file, which is said alike by all. */
function fileCases(): Case[] {
  const reading = READERS.flatMap((line): Case[] => [
    [line.replace("FILE", "missing"), 1, /^p2p: read missing: no such file$/],
    [line.replace("FILE", "folder"), 1, /^p2p: read folder: is a folder$/],
    [line.replace("FILE", "m/x"), 1, /^p2p: read m\/x: something that is no folder is in the way$/],
  ]);
  const writing = WRITERS.flatMap((line): Case[] => [
    [
      line.replace("FILE", "folder"),
      1,
      /^p2p: (?:write|make key) folder: (?:it )?is a folder(?:\n {5}name a file in it: folder\/NAME)?$/,
    ],
    [
      line.replace("FILE", "none/x"),
      1,
      /^p2p: (?:write|make key) none\/x: the folder does not exist$/,
    ],
    [
      line.replace("FILE", "m/x"),
      1,
      /^p2p: (?:write|make key) m\/x: something that is no folder is in the way$/,
    ],
  ]);
  return [...reading, ...writing];
}

const IV = "00".repeat(16);

/** The same of people, settings and the rest. */
const OTHERS: readonly Case[] = [
  ["enc -r nobody m", 1, new RegExp(`^p2p: find public key nobody: .*${HINT}give p2p1`)],
  [
    "enc -R list m",
    1,
    new RegExp(`^p2p: read recipients list: line 1: find public key nobody: .*${HINT}give`),
  ],
  ["enc -R empty m", 1, /^p2p: read recipients empty: there are none$/],
  ["enc -r KEY -r m m", 1, /^p2p: read public key m: not a key in any known form$/],
  ["stego capacity empty", 1, /^p2p: read empty: the file is empty$/],
  ["contact accept nobody", 1, new RegExp(`^p2p: accept invitation "nobody": neither.*${HINT}`)],
  [
    "contact import m",
    3,
    new RegExp(`^p2p: import contacts from m: .*${HINT}it takes what 'p2p contact export'`),
  ],
  ["group create a/b", 2, new RegExp(`^p2p: use name "a/b": no contact or group.*${HINT}letters`)],
  ["config set language xx", 2, /^p2p: config language: "xx" is none of: en, zh, auto$/],
  ["config set expiry xx", 2, /^p2p: config expiry: "xx" is none of: /],
  ["config set nothing xx", 2, new RegExp(`^p2p: config: there is no setting "nothing"${HINT}`)],
  [
    "chat nobody -m x",
    4,
    new RegExp(`^p2p: find nobody: no such host${HINT}if a contact is meant`),
  ],
  ["cert enroll nobody --code 7K3M-9QPX-2VTA-HW5D", 4, /^p2p: find nobody: no such host\n/],
  // What is wrong within a file is said with its name.
  ...["pubkey -i", "key convert -i", "key convert --public -i", "cert show", "cert trust"].map((
    line,
  ): Case => [
    `${line} cut`,
    1,
    /^p2p: read (?:private key |public key )?cut: the block CMS has no END line$/,
  ]),
  ["cms decrypt cut", 1, /^p2p: read cut: the block CMS has no END line$/],
  ["cms encrypt -r cut m", 1, /^p2p: read certificate cut: the block CMS has no END line$/],
  [
    `sm4 decrypt --mode cbc --iv ${IV} --key-file key m`,
    3,
    /^p2p: decrypt m: truncated, not whole/,
  ],
  [
    `sm4 decrypt --mode cbc --iv ${IV} --key-file key block`,
    3,
    /^p2p: decrypt block: wrong key or/,
  ],
  [
    `sm4 decrypt --mode gcm --iv ${IV} --key-file key m`,
    3,
    /^p2p: decrypt m: authentication failed$/,
  ],
  [
    `sm4 decrypt --mode xts --iv ${IV} --key-file keys m`,
    1,
    /^p2p: use XTS on m: a sector has at least/,
  ],
  [
    "sm4 decrypt --openssl --passphrase-file m m",
    1,
    /^p2p: decrypt m: not a file of 'openssl enc'/,
  ],
  [
    "sm4 encrypt --mode ecb --no-padding --key-file key m",
    1,
    /^p2p: encrypt m: without padding the/,
  ],
  // A flag that would do nothing.
  [
    "key convert --unwrap-with m",
    2,
    /^p2p: read --unwrap-with: the key in \S+ is not wrapped for an/,
  ],
  ["key convert --public --unwrap-with m", 2, /^p2p: read --unwrap-with: the key in \S+ is not/],
  [
    "key convert --prf sm3",
    2,
    /^p2p: convert key: --prf is for a passphrase, and the key is written/,
  ],
  ["key convert --iterations 2000", 2, /^p2p: convert key: --iterations is for a passphrase, and/],
  [
    "key convert --name me",
    2,
    /^p2p: convert key: --name is for p12, and pem has no place for it$/,
  ],
  [
    "key convert --public --cipher sm4",
    2,
    /^p2p: convert key: --cipher is for private keys, and a/,
  ],
  // What is empty is no file, no key and nobody's name.
  ["enc --recipient= m", 2, /^p2p: parse command line: --recipient: it is empty\n {5}see 'p2p enc/],
  ["enc -p -o= m", 2, /^p2p: parse command line: --output: it is empty\n/],
  ["enc -p --armor= m", 2, /^p2p: parse command line: --armor: "" is neither true nor false$/],
  ["enc -p --armor=x m", 2, /^p2p: parse command line: --armor: "x" is neither true nor false\n/],
  ["enc -p --nothing= m", 2, /^p2p: parse command line: no flag --nothing\n/],
  [
    "listen --port=",
    2,
    /^p2p: parse command line: --port: "" is not a whole number from 0 to 65535\n/,
  ],
  ["verify -s m -k EMPTY m", 2, /^p2p: parse command line: --key: it is empty\n/],
  ["contact show EMPTY", 2, /^p2p: parse command line: NAME: it is empty\n/],
  ["contact export EMPTY", 2, /^p2p: parse command line: FILE: it is empty\n/],
  ["group leave EMPTY", 2, /^p2p: parse command line: @GROUP: it is empty\n/],
  ["send-file 127.0.0.1:1 EMPTY", 2, /^p2p: parse command line: PEER PATH: it is empty\n/],
  ["stego hide EMPTY words", 2, /^p2p: parse command line: IMG: it is empty$/],
  ["sm3 EMPTY", 2, /^p2p: parse command line: FILE: it is empty\n/],
  ["config get EMPTY", 2, /^p2p: parse command line: KEY: it is empty\n/],
  // Words that would be ignored.
  [
    "help enc dec",
    2,
    /^p2p: parse command line: too many arguments: 1 at most, and "dec" is one more\n/,
  ],
  ["help stego hide x", 2, /^p2p: parse command line: too many arguments: 2 at most, and "x" is/],
  [
    "version x",
    2,
    /^p2p: parse command line: too many arguments: 0 at most, and "x" is one more\n/,
  ],
  ["send-file 127.0.0.1:1 missing", 1, /^p2p: send missing: no such file or folder$/],
  ["send-file 127.0.0.1:1 m/x", 1, /^p2p: send m\/x: something that is no folder/],
];

Deno.test("every fault of an argument names action, argument and cure, alike in all commands and languages", () =>
  withFolder(async (cwd) => {
    const { home, key } = await makeHome(cwd, "home");
    Deno.mkdirSync(join(cwd, "folder"));
    const files = {
      m: "message\n",
      empty: "",
      list: "nobody\n",
      key: `${IV}\n`,
      keys: `${IV}1${IV.slice(1)}\n`,
    };
    Object.assign(files, { cut: "-----BEGIN CMS-----\nMIIB\n", block: "a block of bytes" });
    for (const [name, text] of Object.entries(files)) Deno.writeTextFileSync(join(cwd, name), text);
    const sealed = await p2p(["enc", "-r", key, "-o", "m.enc", "m"], { home, cwd });
    assert.equal(sealed.code, 0, sealed.stderr);
    const run = (line: string, lang: string) =>
      p2p(line.replace("KEY", key).split(" ").map((word) => word === "EMPTY" ? "" : word), {
        home,
        cwd,
        env: { P2P_LANG: lang },
      });
    const cases = [...fileCases(), ...OTHERS];
    // Each text once: what is said of files is said by the same code for all.
    const inBoth = [...fileCases().filter((_, i) => i % 8 === 0), ...OTHERS].map(([line]) => line);
    const check = async ([line, code, words]: Case): Promise<void> => {
      const english = await run(line, "en");
      assert.equal(english.code, code, `${line}: ${english.stderr}`);
      assert.ok(words.test(english.stderr.trimEnd()), `${line}: ${english.stderr}`);
      assert.equal(english.stdout, "", line);
      if (!inBoth.includes(line)) return;
      const chinese = await run(line, "zh");
      assert.equal(chinese.code, code, `${line}: ${chinese.stderr}`);
      assert.equal(chinese.stderr.split("\n").length, english.stderr.split("\n").length, line);
      for (const said of chinese.stderr.trimEnd().split("\n")) {
        assert.equal(chineseFault(said.replace(/^p2p: |^ +/, "")), undefined, `${line}: ${said}`);
      }
    };
    const left = [...cases];
    const worker = async () => {
      for (let next = left.pop(); next !== undefined; next = left.pop()) await check(next);
    };
    await Promise.all([worker(), worker(), worker()]);
    assert.ok(cases.length > 90, `${cases.length}`);
  }));

Deno.test("the file of a cursor that cannot be one is named, with what was done to it", () =>
  withFolder(async (cwd) => {
    const { home } = await makeHome(cwd, "home");
    Deno.mkdirSync(join(cwd, "folder"));
    for (
      const [file, words] of [
        ["folder", /^p2p: read folder: is a folder$/m],
        ["none/x", /^p2p: write none\/x: the folder does not exist$/m],
      ] as const
    ) {
      const args = ["listen", "--json", "--once", "--port", "0", "--bind", "127.0.0.1"];
      const { code, stderr } = await p2p([...args, "--cursor-file", file], { home, cwd });
      assert.equal(code, 1);
      assert.match(stderr, words);
    }
  }));

Deno.test("a fault of the system that nobody has foreseen still says what was run and where", () =>
  withFolder(async (cwd) => {
    Deno.writeTextFileSync(join(cwd, "file"), "");
    const { code, stderr } = await p2p(["listen"], { home: join(cwd, "file", "home"), cwd });
    assert.equal(code, 1);
    assert.match(stderr, /^p2p: run p2p listen: \S+identity\.pem: something that is no folder/);
  }));

Deno.test("what is in the way is told before a passphrase is asked for", () =>
  withFolder(async (cwd) => {
    const home = join(cwd, "home");
    Deno.writeTextFileSync(join(cwd, "pass"), "passphrase\n");
    Deno.writeTextFileSync(join(cwd, "m"), "message\n");
    const made = await p2p(["keygen", "--passphrase-file", "pass"], { home, cwd });
    assert.equal(made.code, 0, made.stderr);
    const lines = [
      ...["sign", "dec", "sm2 decrypt", "cms sign", "cms decrypt", "contact import"]
        .map((line) => [`${line} missing`, /^p2p: read missing: no such file\n$/] as const),
      ...["contact export", "contact invite --png", "history --export", "sm2 decrypt m -o"]
        .map((line) => [`${line} m`, /^p2p: write m: the file already exists\n/] as const),
    ];
    for (const [line, words] of lines) {
      // There is no terminal to ask at, which would be the reason if it were asked first.
      const { code, stderr } = await p2p(line.split(" "), { home, cwd });
      assert.equal(code, 1, line);
      assert.match(stderr, words, line);
    }
  }));

Deno.test("where there is nothing to list or to send, that is said", () =>
  withFolder(async (cwd) => {
    const { home } = await makeHome(cwd, "home");
    const lines = {
      "contact list": "no contacts yet: p2p contact add NAME makes one",
      "group list": "no groups yet: p2p group create NAME MEMBER…",
      "cert list": "no authority yet: p2p cert ca NAME makes one",
      "outbox": "nothing waits",
      "outbox flush": "nothing waits",
      "history": "nothing found",
    };
    for (const [line, words] of Object.entries(lines)) {
      const { code, stdout, stderr } = await p2p(line.split(" "), { home, cwd });
      assert.deepEqual([code, stdout, stderr], [0, "", `${words}\n`], line);
    }
  }));
