/** 中文：`p2p completion` 的帮助。 */
import type { help as english } from "../en/completion.ts";
import type { SameWords } from "../types.ts";

export const help: SameWords<typeof english> = {
  brief: "输出让 shell 补全 p2p 命令行的脚本",
  full:
    `输出用于您的 shell 的脚本。它补全命令、选项及其取值、文件，以及联系人和群组的名称；身份设有口令时不补全名称，因为此时无法询问口令。

示例：
  p2p completion bash > ~/.local/share/bash-completion/completions/p2p
  p2p completion zsh > ~/.zfunc/_p2p           在 ~/.zshrc 中于 compinit 之前写 fpath+=~/.zfunc
  p2p completion fish > ~/.config/fish/completions/p2p.fish
  p2p completion powershell >> $PROFILE`,
  shell: {
    brief: "用于此 shell 的脚本",
    full: `输出用于此 shell 的脚本。

示例：
  p2p completion bash > ~/.local/share/bash-completion/completions/p2p
  source <(p2p completion bash)`,
  },
  words: {
    brief: "命令行末尾可以是什么",
    full: `输出最后一个词可能补全成的内容，每行一个：词、制表符、说明。各 shell 的脚本会调用它。
以冒号开头的行表示此处可以是文件名（:file）或文件夹名（:folder）。

示例：
  p2p completion words -- chat ''
  p2p completion words -- enc --pass`,
    args: {
      word: "命令行的各个词，不含 p2p；补全最后一个",
    },
  },
};
