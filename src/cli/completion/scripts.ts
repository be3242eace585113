export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** What a shell reads to complete `gantry`. It asks the program itself, so that it knows new commands and models. */
export const completionScripts: Readonly<Record<Shell, string>> = {
  // Bash cuts words at : and =, which names of models and options have; so the line is read anew, and what comes before the last
  // cut is taken off again.
  bash: `# bash completion of gantry: source <(gantry completion bash)
_gantry() {
  local line=\${COMP_LINE:0:COMP_POINT} words current answer directive candidate cut
  read -ra words <<<"$line"
  [[ $line == *[[:space:]] ]] && words+=('')
  current=\${words[\${#words[@]} - 1]}
  answer=$(gantry __completeNoDesc "\${words[@]:1}" 2>/dev/null) || return
  directive=\${answer##*:}
  [[ $COMP_WORDBREAKS == *:* ]] && cut=\${current%"\${current##*[:=]}"}
  COMPREPLY=()
  while IFS= read -r candidate; do
    [[ -n $candidate && $candidate == "$current"* ]] && COMPREPLY+=("\${candidate#"$cut"}")
  done <<<"\${answer%:*}"
  [[ $directive == 0 ]] || compopt +o default 2>/dev/null
}
complete -o default -F _gantry gantry
`,
  zsh: `#compdef gantry
# zsh completion of gantry: source <(gantry completion zsh), after compinit
_gantry() {
  local answer line description
  local -a entries
  answer=$(gantry __complete "\${(@Q)words[2,CURRENT]}" 2>/dev/null) || return
  for line in "\${(@f)answer}"; do
    case $line in
      :0) _files ;;
      :*) ;;
      *)
        description=
        [[ $line == *$'\\t'* ]] && description=\${line#*$'\\t'}
        entries+=("\${\${line%%$'\\t'*}//:/\\\\:}:$description")
        ;;
    esac
  done
  (( \${#entries} == 0 )) || _describe gantry entries
}
if [[ \${funcstack[1]} == _gantry ]]; then
  _gantry "$@"
else
  compdef _gantry gantry
fi
`,
  fish: `# fish completion of gantry: gantry completion fish | source
function __gantry_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l answer (gantry __complete $words[2..-1] 2>/dev/null); or return
    string match -v -r '^:[0-9]+$' -- $answer
    if test "$answer[-1]" = :0
        __fish_complete_path (commandline -ct)
    end
end
complete -c gantry -f -a '(__gantry_complete)'
`,
};
