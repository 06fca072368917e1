/** Real shells at a pseudo-terminal complete what is typed, by p2p's own answers. */
import { dirname } from "node:path";
import { EXECUTABLE, makeHome, p2p, withFolder } from "../support/executable.ts";
import { atTerminal } from "../support/pty.ts";
import { testWithPrograms } from "../support/requires.ts";

/** How each shell begins: without the reader's own settings, and with the script. */
const SHELLS: Readonly<Record<string, { command: string[]; begin: string }>> = {
  bash: {
    command: ["bash", "--norc", "--noprofile", "-i"],
    begin: "PS1='rea''dy> '; bind 'set bell-style none'; source <(p2p completion bash)\r",
  },
  zsh: {
    command: ["zsh", "-f", "-i"],
    begin: "PS1='rea''dy> '; autoload -Uz compinit; compinit -u -D; source <(p2p completion zsh)\r",
  },
  fish: {
    command: ["fish", "--no-config", "-i"],
    begin: "function fish_prompt; echo -n 'rea''dy> '; end; p2p completion fish | source\r",
  },
};

for (const [shell, { command, begin }] of Object.entries(SHELLS)) {
  testWithPrograms(
    `${shell} completes commands, flags, names and files`,
    [shell],
    () =>
      withFolder(async (folder) => {
        const { home } = await makeHome(folder, "own");
        const other = await makeHome(folder, "other");
        await p2p(["contact", "add", "alexandra", other.key], { home });
        await Deno.writeTextFile(`${folder}/lonely.txt`, "");
        const env = {
          P2P_HOME: home,
          PATH: `${dirname(EXECUTABLE)}:${Deno.env.get("PATH")}`,
          LC_ALL: "C.UTF-8",
        };
        await atTerminal(command, env, async ({ see, type }) => {
          await type(begin);
          await see("ready> ");
          await type(`cd ${folder}\r`);
          await see("ready> ");
          // What is typed is not what is seen: only what Tab adds completes the words of the answer.
          for (
            const [typed, answer] of [
              ["p2p cha\t --nonsense", "no flag --nonsense"],
              ["p2p pubkey --pe\t", "BEGIN PUBLIC KEY"],
              ["p2p contact show alex\t", "fingerprint"],
              ["p2p sm3 lon\t", "lonely.txt"],
            ] as const
          ) {
            await type(`clear; ${typed}`);
            await type("\r");
            await see(answer);
            await see("ready> ");
          }
          await type("exit\r");
        });
      }),
  );
}
