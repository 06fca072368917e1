/** English: the help of `p2p completion`. */

export const help = {
  brief: "Print what makes a shell complete p2p's command lines",
  full:
    `Print a script for your shell. It completes commands, flags, their values, files, and the names of your
contacts and groups; names only where the identity has no passphrase, since nothing can be asked there.

Examples:
  p2p completion bash > ~/.local/share/bash-completion/completions/p2p
  p2p completion zsh > ~/.zfunc/_p2p           with fpath+=~/.zfunc before compinit in ~/.zshrc
  p2p completion fish > ~/.config/fish/completions/p2p.fish
  p2p completion powershell >> $PROFILE`,
  shell: {
    brief: "The script for this shell",
    full: `Print the script for this shell.

Examples:
  p2p completion bash > ~/.local/share/bash-completion/completions/p2p
  source <(p2p completion bash)`,
  },
  words: {
    brief: "What may stand at the end of a command line",
    full:
      `Print what the last word may become, a line each: the word, a tab, what it is. The scripts of the shells call it.
A line that begins with a colon says that names of files (:file) or folders (:folder) may stand there.

Examples:
  p2p completion words -- chat ''
  p2p completion words -- enc --pass`,
    args: {
      word: "The words of the command line, without p2p; the last one is completed",
    },
  },
} as const;
