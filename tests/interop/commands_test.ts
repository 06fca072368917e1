// keygen, pubkey, sign, verify, sm2, sm3, sm4 and doctor, as a person or a script runs them, with openssl as the peer.
import assert from "node:assert/strict";
import { join } from "node:path";
import { fromHex, hex, utf8 } from "../../lib/bytes.ts";
import { randomBytes } from "../../lib/crypto/random.ts";
import { engineFlags } from "../../scripts/build/permissions.ts";
import { p2p, p2pCommand, type RunResult, withFolder } from "../support/executable.ts";
import { notLinux, testUnless, testWithPrograms } from "../support/requires.ts";

const KEY = "0123456789abcdeffedcba9876543210";
const DISTID = "distid:1234567812345678";

/** A folder, with a home in it, and both programs run there. */
class Session {
  constructor(readonly folder: string) {}

  path(name: string): string {
    return join(this.folder, name);
  }

  write(name: string, data: string | Uint8Array): void {
    Deno.writeFileSync(this.path(name), typeof data === "string" ? utf8(data) : data);
  }

  read(name: string): Uint8Array {
    return Deno.readFileSync(this.path(name));
  }

  exists(name: string): boolean {
    return [...Deno.readDirSync(this.folder)].some((entry) => entry.name === name);
  }

  p2p(line: string, stdin?: string | Uint8Array): Promise<RunResult> {
    return this.run(line.split(" "), stdin);
  }

  run(args: string[], stdin?: string | Uint8Array): Promise<RunResult> {
    const home = this.path("home");
    return p2p(args, { home, cwd: this.folder, ...(stdin === undefined ? {} : { stdin }) });
  }

  /** `p2p LINE`, which must succeed; its stdout. */
  async ok(line: string, stdin?: string | Uint8Array): Promise<string> {
    const { code, stdout, stderr } = await this.p2p(line, stdin);
    assert.equal(code, 0, `p2p ${line}: ${stderr}`);
    return stdout;
  }

  /** `p2p LINE`, which must end with `expected`, say why in one line or two, and print no data. */
  async fails(expected: number, line: string, stdin?: string | Uint8Array): Promise<string> {
    const { code, stdout, stderr } = await this.p2p(line, stdin);
    assert.equal(code, expected, `p2p ${line}: ${stderr}`);
    assert.match(stderr, /^(p2p: warning: .*\n)?p2p: [a-z].*: .*[^.]\n( {5}.*\n)?$/);
    assert.equal(stdout, "", `p2p ${line}`);
    return stderr;
  }

  async openssl(line: string): Promise<Uint8Array> {
    const { success, stdout, stderr } = await new Deno.Command("openssl", {
      args: line.split(" "),
      cwd: this.folder,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).output();
    assert.ok(success, `openssl ${line}: ${new TextDecoder().decode(stderr)}`);
    return stdout;
  }
}

function session(name: string, run: (s: Session) => Promise<void>): void {
  Deno.test(name, () => withFolder((folder) => run(new Session(folder))));
}

function sessionWithOpenSsl(name: string, run: (s: Session) => Promise<void>): void {
  testWithPrograms(name, ["openssl"], () => withFolder((folder) => run(new Session(folder))));
}

session(
  "keygen: a private file, the key on stdout, the rest on stderr, nothing overwritten",
  async (s) => {
    const { code, stdout, stderr } = await s.p2p("keygen --no-passphrase");
    assert.equal(code, 0);
    assert.match(stdout, /^p2p1[02-9ac-hj-np-z]{59}\n$/);
    assert.match(
      stderr,
      /^fingerprint: ([0-9a-f]{4} ){7}[0-9a-f]{4}\nprivate key: .*identity\.pem\n$/,
    );
    const file = s.path("home/identity.pem");
    assert.equal(Deno.statSync(file).mode! & 0o777, 0o600);
    assert.equal(Deno.statSync(s.path("home")).mode! & 0o777, 0o700);
    const before = Deno.readTextFileSync(file);
    await s.fails(1, "keygen --no-passphrase");
    assert.equal(Deno.readTextFileSync(file), before);
    assert.equal(await s.ok("pubkey"), stdout);
    await s.ok("keygen --no-passphrase --force -q");
    assert.notEqual(await s.ok("pubkey"), stdout);
    const kept = [...Deno.readDirSync(s.path("home"))].map(({ name }) => name).sort();
    assert.deepEqual(kept, ["identity.pem", "identity.pem.old"]);
  },
);

session(
  "keygen: passphrase from a file or a descriptor; asked again by pubkey, sign, decrypt",
  async (s) => {
    s.write("pass", "correct horse\n");
    s.write("wrong", "battery\n");
    const key = await s.ok("keygen -o k.pem --passphrase-file pass");
    assert.match(new TextDecoder().decode(s.read("k.pem")), /BEGIN ENCRYPTED PRIVATE KEY/);
    assert.equal(await s.ok("pubkey -i k.pem --passphrase-file pass"), key);
    assert.equal(await s.ok("pubkey -i k.pem --passphrase-fd 0", "correct horse\n"), key);
    await s.fails(3, "pubkey -i k.pem --passphrase-file wrong");
    await s.fails(2, "pubkey -i k.pem");
    s.write("m", "message");
    await s.fails(3, "sign -i k.pem --passphrase-file wrong m");
    assert.equal(s.exists("m.sig"), false);
    await s.ok("sign -i k.pem --passphrase-file pass m");
    await s.ok(`verify -k ${key.trim()} -s m.sig m`);
    await s.fails(2, "keygen -o other.pem --no-passphrase --passphrase-file pass");
    s.write("empty", "\n");
    await s.fails(1, "keygen -o other.pem --passphrase-file empty");
    assert.equal(s.exists("other.pem"), false);
  },
);

sessionWithOpenSsl("keygen --prf sha256 and pubkey --pem: openssl reads both", async (s) => {
  s.write("pass", "correct horse\n");
  await s.ok("keygen -o k.pem --passphrase-file pass --prf sha256");
  const pem = await s.ok("pubkey -i k.pem --passphrase-file pass --pem");
  const theirs = await s.openssl("pkey -in k.pem -passin file:pass -pubout");
  assert.equal(new TextDecoder().decode(theirs), pem);
});

sessionWithOpenSsl("pubkey: every kind of file, from stdin too", async (s) => {
  await s.openssl("genpkey -algorithm SM2 -out k.pem");
  await s.openssl("pkey -in k.pem -pubout -out pub.pem");
  await s.openssl(`req -new -x509 -sm3 -key k.pem -sigopt ${DISTID} -subj /CN=a -out cert.pem`);
  const text = await s.ok("pubkey -i k.pem");
  const digits = await s.ok("pubkey -i cert.pem --hex");
  assert.match(digits, /^04[0-9a-f]{128}\n$/);
  s.write("hex", digits);
  s.write("text", text);
  for (const name of ["pub.pem", "cert.pem", "hex", "text"]) {
    assert.equal(await s.ok(`pubkey -i ${name}`), text, name);
  }
  assert.equal(await s.ok("pubkey -i -", s.read("pub.pem")), text);
  await s.fails(2, "pubkey -i k.pem --pem --hex");
  await s.fails(1, "pubkey -i nowhere.pem");
  await s.fails(1, "pubkey");
  s.write("prose", "no key here");
  await s.fails(1, "pubkey -i prose");
});

sessionWithOpenSsl("sign and verify, with openssl on the other side", async (s) => {
  await s.ok("keygen --no-passphrase");
  s.write("pub.pem", await s.ok("pubkey --pem"));
  s.write("m", randomBytes(3_000_000));
  await s.ok("sign m");
  await s.openssl(`dgst -sm3 -verify pub.pem -sigopt ${DISTID} -signature m.sig m`);
  await s.ok("verify -k pub.pem -s m.sig m");
  await s.ok("verify -k pub.pem -s m.sig", s.read("m"));
  await s.openssl(`dgst -sm3 -sign home/identity.pem -sigopt ${DISTID} -out o.sig m`);
  assert.match((await s.p2p("verify -k pub.pem -s o.sig m")).stderr, /^good signature by p2p1/);
  await s.openssl("dgst -sm3 -sign home/identity.pem -out noid.sig m");
  await s.fails(3, "verify -k pub.pem -s noid.sig m");
  assert.equal(
    (await s.run(["verify", "-k", "pub.pem", "-s", "noid.sig", "--id", "", "m"])).code,
    0,
  );
});

session(
  "sign and verify: IDs, stdin, hex signatures, and everything that is not a good one",
  async (s) => {
    const key = (await s.ok("keygen --no-passphrase")).trim();
    s.write("m", "message");
    await s.ok("sign --id alice -o a.sig m");
    await s.ok(`verify -k ${key} --id alice -s a.sig m`);
    await s.fails(3, `verify -k ${key} -s a.sig m`);
    const { stdoutBytes } = await s.p2p("sign", "message");
    s.write("s", stdoutBytes);
    await s.ok(`verify -k ${key} -s s m`);
    s.write("s.hex", hex(stdoutBytes) + "\n");
    await s.ok(`verify -k ${key} -s s.hex m`);
    s.write("changed", "messagE");
    await s.fails(3, `verify -k ${key} -s s changed`);
    s.write("junk", "junk");
    await s.fails(3, `verify -k ${key} -s junk m`);
    s.write("longer", new Uint8Array([...stdoutBytes, 0]));
    await s.fails(3, `verify -k ${key} -s longer m`);
    await s.fails(1, `verify -k ${key} -s nowhere m`);
    await s.fails(1, `verify -k ${key} -s s nowhere`);
    await s.fails(1, `verify -k nobody -s s m`);
    await s.fails(1, "sign nowhere");
    await s.fails(1, "sign -o a.sig m");
    await s.fails(2, "verify -s s m");
    await s.fails(2, `verify -k ${key} -s - -`, "x");
    await s.fails(2, "sign --nonsense m");
  },
);

sessionWithOpenSsl("sm2 encrypt and decrypt, with openssl on the other side", async (s) => {
  await s.ok("keygen --no-passphrase");
  s.write("pub.pem", await s.ok("pubkey --pem"));
  s.write("m", "秘密 message");
  await s.ok("sm2 encrypt -k pub.pem -o c m");
  assert.deepEqual(await s.openssl("pkeyutl -decrypt -inkey home/identity.pem -in c"), s.read("m"));
  await s.openssl("pkeyutl -encrypt -pubin -inkey pub.pem -in m -out o");
  assert.equal(await s.ok("sm2 decrypt o"), "秘密 message");
});

session("sm2: formats by name and by detection, and what does not open", async (s) => {
  const key = (await s.ok("keygen --no-passphrase")).trim();
  for (const format of ["der", "c1c3c2", "c1c2c3"]) {
    const { stdoutBytes } = await s.p2p(`sm2 encrypt -k ${key} --format ${format}`, "hello");
    assert.equal(await s.ok(`sm2 decrypt --format ${format}`, stdoutBytes), "hello", format);
    assert.equal(await s.ok("sm2 decrypt", hex(stdoutBytes) + "\n"), "hello", "hex digits");
    if (format !== "der") assert.equal(await s.ok("sm2 decrypt", stdoutBytes.subarray(1)), "hello");
    const damaged = stdoutBytes.slice();
    damaged[damaged.length - 1]! ^= 1;
    s.write("c", damaged);
    await s.fails(3, "sm2 decrypt -o out c");
    assert.equal(s.exists("out"), false);
    const cut = await s.p2p("sm2 decrypt", stdoutBytes.subarray(0, 50));
    assert.ok(cut.code === 1 || cut.code === 3);
    assert.equal(cut.stdout, "");
  }
  await s.ok("keygen -o other.pem --no-passphrase");
  await s.ok(`sm2 encrypt -k ${key} -o c.der`, "hello");
  await s.fails(3, "sm2 decrypt -i other.pem c.der");
  await s.fails(1, `sm2 encrypt -k ${key} -o c.der`, "hello");
  await s.ok(`sm2 encrypt -k ${key} -o c.der --force`, "again");
  assert.equal(await s.ok("sm2 decrypt c.der"), "again");
  await s.fails(1, `sm2 encrypt -k ${key} -o empty`, "");
  await s.fails(2, `sm2 encrypt -k ${key} --format c2c1c3`, "hello");
  await s.fails(2, "sm2 encrypt", "hello");
});

sessionWithOpenSsl("sm3: like openssl dgst, printed like sha256sum", async (s) => {
  s.write("a", "abc");
  s.write("b", randomBytes(2_500_000));
  const abc = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0";
  const b = new TextDecoder().decode(await s.openssl("dgst -sm3 -r b")).slice(0, 64);
  assert.equal(await s.ok("sm3 a b"), `${abc}  a\n${b}  b\n`);
  assert.equal(await s.ok("sm3", "abc"), `${abc}  -\n`);
  assert.equal(await s.ok("sm3 - a", "abc"), `${abc}  -\n${abc}  a\n`);
  for (const key of [randomBytes(20), utf8("not hex")]) {
    const mac = await s.openssl(`dgst -sm3 -r -mac hmac -macopt hexkey:${hex(key)} b`);
    const expected = `${new TextDecoder().decode(mac).slice(0, 64)}  b\n`;
    s.write("key", key);
    assert.equal(await s.ok("sm3 --hmac-key-file key b"), expected);
    s.write("key.hex", hex(key) + "\n");
    assert.equal(await s.ok("sm3 --hmac-key-file key.hex b"), expected);
  }
});

session(
  "sm3 --check: its own lists, openssl's and BSD's; 3 for a difference, 1 for a missing file",
  async (s) => {
    const odd = "with\\backslash and 空格";
    s.write("a", "abc");
    s.write(odd, "def");
    const list = (await s.run(["sm3", "a", odd])).stdout;
    assert.ok(list.includes("\n\\"), "escaped like sha256sum does");
    s.write("SUMS", list);
    assert.equal(await s.ok("sm3 --check SUMS"), `a: OK\n${odd}: OK\n`);
    assert.equal(await s.ok("sm3 --check SUMS --quiet"), "");
    const digest = list.slice(0, 64);
    const forms = `# comment\n${digest} *a\nSM3 (a) = ${digest}\nSM3(a)= ${digest}\r\n` +
      `${digest.toUpperCase()}  a\n`;
    assert.equal(await s.ok("sm3 --check -", forms), "a: OK\n".repeat(4));
    s.write("a", "abd");
    const changed = await s.p2p("sm3 --check SUMS");
    assert.equal(changed.code, 3);
    assert.equal(changed.stdout, `a: FAILED\n${odd}: OK\n`);
    Deno.removeSync(s.path(odd));
    s.write("a", "abc");
    const missing = await s.p2p("sm3 --check SUMS");
    assert.equal(missing.code, 1);
    assert.equal(missing.stdout, `a: OK\n${odd}: FAILED open or read\n`);
    await s.fails(1, "sm3 --check -", "nothing of the kind\n");
    await s.fails(2, "sm3 --check SUMS a");
    await s.fails(1, "sm3 nowhere");
    const some = await s.p2p("sm3 nowhere a");
    assert.deepEqual([some.code, some.stdout], [1, `${digest}  a\n`]);
  },
);

session("sm3 --check: cksum's tagged lists with escapes, botan's, names like lists", async (s) => {
  const names = ["a\\b", "line\nbreak", "p (x) = y", " blank", "*star", "back\\nslash"];
  for (const name of names) s.write(name, "abc");
  const digest = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0";
  // What `cksum -a sm3` of coreutils 9 prints.
  const tagged = [
    `\\SM3 (a\\\\b) = ${digest}`,
    `\\SM3 (line\\nbreak) = ${digest}`,
    `SM3 (p (x) = y) = ${digest}`,
    `SM3 ( blank) = ${digest}`,
    `SM3 (*star) = ${digest}`,
    `\\SM3 (back\\\\nslash) = ${digest}`,
  ];
  const all = names.map((name) => `${name}: OK\n`).join("");
  assert.equal(await s.ok("sm3 --check -", tagged.join("\n") + "\n"), all);
  s.write("a", "abc");
  assert.equal(await s.ok("sm3 --check -", `${digest.toUpperCase()} a\n`), "a: OK\n", "botan hash");
  // Without the backslash in front nothing is escaped: another name.
  const unescaped = await s.p2p("sm3 --check -", `SM3 (back\\\\nslash) = ${digest}\n`);
  assert.equal(unescaped.code, 1);
});

testWithPrograms(
  "sm3 --check reads what cksum -a sm3 writes",
  ["cksum", "openssl"],
  () =>
    withFolder(async (folder) => {
      const s = new Session(folder);
      const names = ["a\\b", "line\nbreak", "p (x) = y"];
      for (const name of names) s.write(name, name);
      const args = ["-a", "sm3", ...names];
      const list = await new Deno.Command("cksum", { args, cwd: folder, stdout: "piped" }).output();
      assert.ok(list.success);
      const all = names.map((name) => `${name}: OK\n`).join("");
      assert.equal(await s.ok("sm3 --check -", list.stdout), all);
    }),
);

sessionWithOpenSsl(
  "sm4: every mode that openssl has, both ways, from files and pipes",
  async (s) => {
    s.write("k", KEY + "\n");
    const iv = "000102030405060708090a0b0c0d0e0f";
    for (const mode of ["ecb", "cbc", "ctr", "cfb", "ofb"]) {
      const vector = mode === "ecb" ? "" : ` --iv ${iv}`;
      const theirs = mode === "ecb" ? "" : ` -iv ${iv}`;
      const data = randomBytes(mode === "ecb" ? 100_000 : 77_777);
      s.write("m", data);
      await s.openssl(`enc -sm4-${mode} -K ${KEY}${theirs} -in m -out c`);
      await s.ok(`sm4 encrypt --mode ${mode} --key-file k${vector} -o ours --force m`);
      assert.equal(hex(s.read("ours")), hex(s.read("c")), mode);
      const opened = await s.p2p(`sm4 decrypt --mode ${mode} --key-file k${vector}`, s.read("c"));
      assert.equal(hex(opened.stdoutBytes), hex(data), mode);
    }
  },
);

session(
  "sm4: GCM of RFC 8998; changed, truncated or with another key: 3, and no output",
  async (s) => {
    s.write("k", fromHex(KEY));
    s.write("k.hex", KEY.toUpperCase() + "\r\n");
    const text = "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd" +
      "eeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa";
    const sealed = "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735" +
      "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d" +
      "83de3541e4c2b58177e065a9bf7b62ec";
    const how =
      "--mode gcm --iv 00001234567800000000abcd --aad feedfacedeadbeeffeedfacedeadbeefabaddad2";
    s.write("m", fromHex(text));
    for (const key of ["k", "k.hex"]) {
      await s.ok(`sm4 encrypt ${how} --key-file ${key} -o c --force m`);
      assert.equal(hex(s.read("c")), sealed);
      await s.ok(`sm4 decrypt ${how} --key-file ${key} -o back --force c`);
      assert.equal(hex(s.read("back")), text);
    }
    const opened = await s.p2p(`sm4 decrypt ${how} --key-file k`, fromHex(sealed));
    assert.equal(hex(opened.stdoutBytes), text);
    s.write("other", randomBytes(16));
    const bad = fromHex(sealed);
    bad[7]! ^= 4;
    for (const input of [bad, bad.subarray(0, 70), bad.subarray(0, 9), new Uint8Array(0)]) {
      s.write("bad", input);
      await s.fails(3, `sm4 decrypt ${how} --key-file k -o out bad`);
      await s.fails(3, `sm4 decrypt ${how} --key-file k`, input);
    }
    await s.fails(3, `sm4 decrypt ${how} --key-file other -o out c`);
    await s.fails(3, `sm4 decrypt --mode gcm --iv 00001234567800000000abcd --key-file k -o out c`);
    assert.equal(s.exists("out"), false);
  },
);

session("sm4: keys, IVs and paddings that are wrong", async (s) => {
  s.write("k", KEY);
  s.write("m", "text");
  const iv = "--iv 000102030405060708090a0b0c0d0e0f";
  const warned = await s.p2p(`sm4 encrypt --mode ctr --key ${KEY} ${iv} m`);
  assert.equal(warned.code, 0);
  assert.match(warned.stderr, /^p2p: warning: --key/);
  const usage = [
    `--mode ctr --key-file k`,
    `--mode ctr ${iv}`,
    `--mode ctr --key-file k --key ${KEY} ${iv}`,
    `--mode ctr --key-file k --iv 00`,
    `--mode ctr --key-file k --iv zz0102030405060708090a0b0c0d0e0f`,
    `--mode ecb --key-file k ${iv}`,
    `--mode cbc --key-file k ${iv} --aad 00`,
    `--mode ctr --key-file k ${iv} --no-padding`,
    `--mode xtc --key-file k ${iv}`,
    `--mode gcm --key-file k ${iv} --tag-length 11`,
    `--mode ccm --key-file k --iv 00112233445566778899aabb --tag-length 13`,
    `--mode ctr --key-file k ${iv} --tag-length 16`,
    `--mode ccm --key-file k --iv 001122334455`,
    `--mode ctr --key 0123 ${iv}`,
    `--key-file k ${iv}`,
  ];
  for (const flags of usage) await s.fails(2, `sm4 encrypt ${flags} m`);
  await s.fails(1, `sm4 encrypt --mode xts --key-file k ${iv} m`);
  s.write("short", "0123456789abcdef0");
  await s.fails(1, `sm4 encrypt --mode ctr --key-file short ${iv} m`);
  await s.fails(1, `sm4 encrypt --mode ctr --key-file nowhere ${iv} m`);
  await s.fails(1, `sm4 encrypt --mode cbc --key-file k ${iv} --no-padding -o out m`);
  await s.fails(3, `sm4 decrypt --mode cbc --key-file k ${iv} -o out m`);
  assert.equal(s.exists("out"), false);
  s.write("block", "exactly 16 bytes");
  await s.ok(`sm4 encrypt --mode ecb --key-file k --no-padding -o e block`);
  assert.equal(s.read("e").length, 16);
  assert.equal(
    await s.ok(`sm4 decrypt --mode ecb --key-file k --no-padding e`),
    "exactly 16 bytes",
  );
});

session("sm4: CCM, XTS, short tags and MACs from the command line", async (s) => {
  s.write("k", KEY);
  s.write("k2", KEY + "000102030405060708090a0b0c0d0e0f");
  s.write("m", "a message of a block and some more");
  const nonce = "--iv 00112233445566778899aabb --aad 0102";
  const iv = "--iv 000102030405060708090a0b0c0d0e0f";
  const ways = [
    [`--mode ccm --key-file k ${nonce}`, 16],
    [`--mode ccm --key-file k ${nonce} --tag-length 4`, 4],
    [`--mode gcm --key-file k ${nonce} --tag-length 12`, 12],
    [`--mode xts --key-file k2 ${iv}`, 0],
    [`--mode xts-ieee --key-file k2 ${iv}`, 0],
  ] as const;
  for (const [how, tag] of ways) {
    await s.ok(`sm4 encrypt ${how} -o c --force m`);
    assert.equal(s.read("c").length, s.read("m").length + tag, how);
    assert.equal(await s.ok(`sm4 decrypt ${how} c`), "a message of a block and some more");
    const damaged = s.read("c");
    damaged[3]! ^= 1;
    s.write("c", damaged);
    if (tag > 0) await s.fails(3, `sm4 decrypt ${how} -o out c`);
  }
  assert.equal(s.exists("out"), false);
  // Sixteen bytes of tag are not the twelve that were said.
  await s.ok(`sm4 encrypt --mode gcm --key-file k ${nonce} -o whole m`);
  await s.fails(3, `sm4 decrypt --mode gcm --key-file k ${nonce} --tag-length 12 whole`);
  assert.match(await s.ok("sm4 mac --key-file k m"), /^[0-9a-f]{32}\n$/);
  assert.notEqual(
    await s.ok("sm4 mac --mode cbc-mac --key-file k m"),
    await s.ok("sm4 mac --mode cmac --key-file k", "a message of a block and some more"),
  );
});

session("zuc: streams and MACs, by an IV or by the numbers of 3GPP", async (s) => {
  s.write("k", "c9e6cec4607c72db000aefa88385ab0a\n");
  s.write("m", "frames of the air interface");
  const how = "--key-file k --count a94059da --bearer 10 --direction 1";
  await s.ok(`zuc encrypt ${how} -o c m`);
  assert.equal(await s.ok(`zuc decrypt ${how} c`), "frames of the air interface");
  assert.match(await s.ok(`zuc mac ${how} m`), /^[0-9a-f]{8}\n$/);
  const iv = "--iv 000102030405060708090a0b0c0d0e0f";
  assert.match(await s.ok(`zuc mac --key-file k ${iv}`, "text"), /^[0-9a-f]{8}\n$/);
  await s.fails(2, `zuc mac --key-file k m`);
  await s.fails(2, `zuc mac --key-file k ${iv} --count 00000000 m`);
  await s.fails(2, `zuc mac --key-file k ${iv} --bearer 1 m`);
  await s.fails(2, `zuc encrypt --key-file k --count 0000 m`);
  await s.fails(2, `zuc encrypt --key-file k --count 00000000 --bearer 32 m`);
});

/** The most memory that a process has had, in MiB, as long as it lives. */
async function peakMemory(command: Deno.ChildProcess): Promise<number> {
  let peak = 0;
  let running = true;
  const ended = command.status.then(() => running = false);
  while (running) {
    try {
      const status = await Deno.readTextFile(`/proc/${command.pid}/status`);
      peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 10))]);
  }
  return peak;
}

testUnless(
  notLinux,
  "sm3, sign and sm4 take 128 MB in constant memory",
  () =>
    withFolder(async (folder) => {
      const s = new Session(folder);
      const size = 128 * 2 ** 20;
      await s.ok("keygen --no-passphrase");
      s.write("k", KEY);
      s.write("big", "");
      await Deno.truncate(s.path("big"), size);
      const gcm = "--mode gcm --iv 00112233445566778899aabb --key-file k";
      const lines = [
        "sm3 big",
        "sign big",
        `sm4 encrypt ${gcm} -o c big`,
        `sm4 decrypt ${gcm} -o m c`,
      ];
      for (const line of lines) {
        const child = p2pCommand(line.split(" "), {
          home: s.path("home"),
          cwd: folder,
          stdin: "null",
          stdout: "null",
        }).spawn();
        const peak = await peakMemory(child);
        assert.equal((await child.status).code, 0, line);
        assert.ok(peak > 20 && peak < 160, `${line}: ${peak.toFixed(0)} MiB`);
      }
      assert.equal(Deno.statSync(s.path("m")).size, size);
    }),
);

session("doctor --crypto: all answers right", async (s) => {
  const out = await s.ok("doctor --crypto");
  assert.ok(out.split("\n").length > 8);
  assert.doesNotMatch(out, /FAILED/);
  for (const line of (await s.ok("doctor --crypto --json")).trim().split("\n")) {
    assert.equal(JSON.parse(line).ok, true);
  }
  const products = engineFlags(Deno.build.target).length > 0 ? 128 : 64;
  assert.match(out, new RegExp(`SM2 kernel with ${products}-bit products.{1,3}in use`));
});

Deno.test("every one of these commands has --help with at least two worked examples", async () => {
  const names = ["keygen", "pubkey", "sign", "verify", "sm2", "sm3", "sm4", "doctor", "key", "zuc"];
  const parts = ["encrypt", "decrypt"];
  const all = [
    ...names,
    ...["sm2", "sm4", "zuc"].flatMap((name) => parts.map((part) => `${name} ${part}`)),
    ...["key convert", "sm2 digest", "sm4 mac", "zuc mac"],
  ];
  await Promise.all(all.map(async (name) => {
    const { code, stdout } = await p2p([...name.split(" "), "--help"]);
    assert.equal(code, 0, name);
    const examples = stdout.split("Examples:")[1] ?? "";
    assert.ok((examples.match(/^ {2,}.*\bp2p /gm) ?? []).length >= 2, `${name}: ${stdout}`);
  }));
});
