# Read by zsh in place of the person's .zshenv: gives the directory back, reads theirs, adds the hooks.
if [[ -n ${DEVOPS_AGENT_ZDOTDIR+x} ]]; then
    ZDOTDIR=$DEVOPS_AGENT_ZDOTDIR
    unset DEVOPS_AGENT_ZDOTDIR
else
    unset ZDOTDIR
fi
[[ -o interactive ]] && builtin source '@ROOM@/zsh/hook.zsh'
if [[ -r ${ZDOTDIR-$HOME}/.zshenv ]]; then
    builtin source ${ZDOTDIR-$HOME}/.zshenv
fi
