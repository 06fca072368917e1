/**
 * The scripts that teach shells to complete: each asks `p2p completion words` what may stand at the cursor. A line is
 * "WORD tab WHAT IT IS"; ":file" and ":folder" leave it to the shell.
 */

/** The shells there is a script for. */
export type Shell = "bash" | "zsh" | "fish" | "powershell";

/** `@` begins the name of a group, so it must not part words. */
const BASH = `# bash completion for p2p
COMP_WORDBREAKS=\${COMP_WORDBREAKS//@/}
_p2p() {
  local line cur=\${COMP_WORDS[COMP_CWORD]} program=\${COMP_WORDS[0]}
  COMPREPLY=()
  [[ $cur == "=" ]] && cur=
  local -a words=("\${COMP_WORDS[@]:1:COMP_CWORD-1}" "$cur") joined=()
  local word
  # bash parts "--flag=value" into three words
  for word in "\${words[@]}"; do
    local last=$((\${#joined[@]} - 1))
    if ((last >= 0)) && [[ \${joined[last]} == --* && ( $word == "=" || \${joined[last]} == *= ) ]]; then
      joined[last]+=$word
    else
      joined+=("$word")
    fi
  done
  if [[ \${COMP_WORDS[COMP_CWORD]} == "=" ]]; then
    joined=("\${joined[@]:0:\${#joined[@]}-1}")
    [[ \${joined[\${#joined[@]}-1]} == *= ]] || joined[\${#joined[@]}-1]+="="
  fi
  while IFS= read -r line; do
    case $line in
      :file) compopt -o filenames; mapfile -t -O "\${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$cur") ;;
      :folder) compopt -o filenames; mapfile -t -O "\${#COMPREPLY[@]}" COMPREPLY < <(compgen -d -- "$cur") ;;
      *) line=\${line%%$'\\t'*}
        [[ \${COMP_WORDS[COMP_CWORD-1]} == "=" || \${COMP_WORDS[COMP_CWORD]} == "=" ]] && line=\${line#*=}
        COMPREPLY+=("$(printf %q "$line")") ;;
    esac
  done < <("$program" completion words -- "\${joined[@]}" 2>/dev/null)
}
complete -F _p2p p2p
`;

const ZSH = `#compdef p2p
# zsh completion for p2p
_p2p() {
  local -a found
  local line word what
  for line in "\${(@f)$("$words[1]" completion words -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}"; do
    case $line in
      :file) _files ;;
      :folder) _files -/ ;;
      ?*) word=\${line%%$'\\t'*} what=\${line#*$'\\t'}
        found+=("\${word//:/\\\\:}:$what") ;;
    esac
  done
  (( $#found )) && _describe -V p2p found
}
if [ "$funcstack[1]" = "_p2p" ]; then _p2p "$@"; else compdef _p2p p2p; fi
`;

const FISH = `# fish completion for p2p
function __p2p_complete
    set -l tokens (commandline -opc)
    set -l current (commandline -ct)
    for line in ($tokens[1] completion words -- $tokens[2..-1] "$current" 2>/dev/null)
        switch $line
            case ':file'
                __fish_complete_path "$current"
            case ':folder'
                __fish_complete_directories "$current" ''
            case '*'
                echo $line
        end
    end
end
complete -c p2p -f -a '(__p2p_complete)'
`;

const POWERSHELL = `# PowerShell completion for p2p
Register-ArgumentCompleter -Native -CommandName p2p -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | Select-Object -Skip 1 | ForEach-Object { "$_" })
    if ($wordToComplete -eq '') { $words += '' }
    $program = "$($commandAst.CommandElements[0])"
    & $program completion words -- @words 2>$null | ForEach-Object {
        if ($_ -eq ':file' -or $_ -eq ':folder') {
            [System.Management.Automation.CompletionCompleters]::CompleteFilename($wordToComplete)
        } else {
            $word, $what = $_ -split "\`t", 2
            if (-not $what) { $what = $word }
            [System.Management.Automation.CompletionResult]::new($word, $word, 'ParameterValue', $what)
        }
    }
}
`;

/** The script of every shell. */
export const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: BASH,
  zsh: ZSH,
  fish: FISH,
  powershell: POWERSHELL,
};
