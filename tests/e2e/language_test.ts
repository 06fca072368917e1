/** The language of what people read: chosen by flag, variable and locale; what programs read never changes with it. */
import assert from "node:assert/strict";
import { COMMAND_NAMES } from "../../commands/names.ts";
import { p2p } from "../support/executable.ts";

const HAN = /\p{Script=Han}/u;

Deno.test("--lang, P2P_LANG and the locale choose the language, in this order", async () => {
  const runs: ReadonlyArray<
    readonly [chinese: boolean, args: string[], env: Record<string, string>]
  > = [
    [true, ["--lang", "zh", "--help"], { LANG: "en_US.UTF-8" }],
    [true, ["enc", "--help", "--lang=zh"], {}],
    [false, ["--lang", "en"], { P2P_LANG: "zh" }],
    [true, ["--help"], { P2P_LANG: "zh", LC_ALL: "en_US" }],
    [true, ["--help"], { LC_ALL: "", LC_MESSAGES: "", LANG: "zh_CN.UTF-8" }],
    [false, ["--help"], { LC_ALL: "C", LANG: "zh_CN.UTF-8" }],
  ];
  for (const [chinese, args, env] of runs) {
    const { code, stdout } = await p2p(args, { env });
    assert.equal(code, 0);
    assert.equal(HAN.test(stdout), chinese, `${args.join(" ")} ${JSON.stringify(env)}`);
  }
});

Deno.test("a language that there is not is a wrong command line", async () => {
  for (const args of [["--lang", "fr", "keygen"], ["keygen", "--lang"]]) {
    const { code, stdout, stderr } = await p2p(args);
    assert.equal(code, 2);
    assert.equal(stdout, "");
    assert.match(stderr, /^p2p: choose language: .*en, zh/);
  }
});

Deno.test("the help of every command is in Chinese: each line that explains, and the headings", async () => {
  const groups = { sm2: ["encrypt"], sm4: ["decrypt"], stego: ["hide", "check"], contact: ["add"] };
  const paths = COMMAND_NAMES.flatMap((name): string[][] => [
    [name],
    ...(groups[name as keyof typeof groups] ?? []).map((sub) => [name, sub]),
  ]);
  for (const path of paths) {
    const { code, stdout } = await p2p([...path, "--help"], { env: { P2P_LANG: "zh" } });
    assert.equal(code, 0);
    assert.doesNotMatch(stdout, /USAGE|FLAGS|ARGUMENTS|COMMANDS|Examples|default/, path.join(" "));
    const [, flags = ""] = stdout.split(/^选项$/m);
    const explained = flags.split("\n").filter((line) => /^ +(?:-\S )? *\[?--\w/.test(line));
    assert.ok(explained.length > 0);
    for (const line of explained) assert.match(line, HAN, path.join(" "));
  }
});

Deno.test("a wrong command line is explained in Chinese", async () => {
  for (
    const args of [["kegen"], ["enc", "--nonsense"], ["keygen", "a", "b"], [
      "listen",
      "--port",
      "x",
    ]]
  ) {
    const { code, stderr } = await p2p(args, { env: { LC_ALL: "zh_CN.UTF-8" } });
    assert.equal(code, 2);
    for (const line of stderr.trimEnd().split("\n")) assert.match(line, HAN);
  }
});
