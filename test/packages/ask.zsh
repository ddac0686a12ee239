# ask.zsh LINE: what zsh makes of a line and a tab, with the completions of this folder. A shell at a terminal of its own
# gets the line, the tab, and a key that writes the line down.
await() {
  for _ in {1..300}; do
    [[ -e $1 ]] && return
    sleep 0.1
  done
  return 1
}
rm -f ready answer
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "fpath=($PWD \$fpath); autoload -U compinit; compinit -u -d $PWD/dump"
zpty -w shell "show() { print -r -- \"<\$BUFFER>\" > $PWD/draft; mv $PWD/draft $PWD/answer }"
zpty -w shell "zle -N show; bindkey '^Xa' show; touch $PWD/ready"
await ready && zpty -w -n shell "$1"$'\t\x18a' && await answer && cat answer
zpty -d shell
