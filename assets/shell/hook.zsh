# Tells the workbench around this shell what runs: prompt, command, exit code, directory.
# Changes nothing that is not named __da_* or DEVOPS_AGENT_*, except that hooks are added.

typeset -g __da_nonce='@NONCE@' __da_private=
typeset -gi __da_n=${DEVOPS_AGENT_MARK:-0} __da_status=0

__da_escape() {
    emulate -L zsh
    setopt extendedglob
    local LC_ALL=C
    typeset -g __da_text=${1//\\/\\\\}
    __da_text=${__da_text//;/\\x3b}
    if [[ $__da_text == *[[:cntrl:]]* ]]; then
        __da_text=${__da_text//(#m)[[:cntrl:]]/\\x${(l:2::0:)$(( [##16] #MATCH ))}}
    fi
}

__da_mark() {
    builtin printf '\033]7717;%s;%s;%s;%s\a' $__da_nonce $__da_n $$ $1
}

private() {
    case ${1-} in
        (on) __da_private=p ;;
        (off) __da_private= ;;
        (*) print -u2 'private on: commands are logged without content; private off: with it again'; return 2 ;;
    esac
}

__da_first() {
    __da_status=$?
    emulate -L zsh
    (( __da_n += 1 ))
    export DEVOPS_AGENT_MARK=$(( __da_n + 1000 ))
    __da_escape $PWD
    __da_mark "A;$__da_status;$__da_private;$__da_text"
}

# A line was accepted. What zsh refuses, and a comment, never comes to preexec.
__da_line() {
    emulate -L zsh
    [[ -n $__da_private ]] && return
    (( __da_n += 1 ))
    __da_escape "$PREBUFFER$BUFFER"
    __da_mark "L;$__da_text"
}

__da_preexec() {
    emulate -L zsh
    (( __da_n += 1 ))
    if [[ -n $__da_private ]]; then
        __da_mark 'C;p'
    else
        # Without a history zsh tells only what it made of the line.
        __da_escape "${1:-$3}"
        __da_mark "C;s;$__da_text"
    fi
}

# At the first prompt, so that no file of the person's can come after; before all other hooks from then on.
__da_install() {
    precmd_functions=(__da_first ${precmd_functions:#__da_*})
    preexec_functions=(${preexec_functions:#__da_*} __da_preexec)
    if builtin autoload -Uz +X add-zle-hook-widget 2>/dev/null; then
        zle -N __da_line
        add-zle-hook-widget line-finish __da_line
    fi
    __da_first
}

__da_mark 'H;zsh'
precmd_functions=(__da_install)
