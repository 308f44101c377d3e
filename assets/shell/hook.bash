# Tells the workbench around this shell what runs: prompt, command, exit code, directory. For bash 3.2 and later.
# Changes nothing that is not named __da_* or DEVOPS_AGENT_*, except that PROMPT_COMMAND, PS0, PS1 and PS2 get a part.

if [[ $- == *i* && ${__da_pid-} != "$$" ]]; then

__da_pid=$$
__da_nonce='@NONCE@'
# The counter goes on after `exec bash`: the process stays the same.
__da_n=${DEVOPS_AGENT_MARK:-0}
# Commands since the prompt: a paste may hold several.
__da_c=0
__da_private=
__da_status=0
__da_b=
__da_k=
__da_user_ps1=$PS1
__da_our_ps1=

# Into __da_text: what was given, without control bytes and semicolons.
__da_escape() {
    local LC_ALL=C before byte code
    __da_text=${1//\\/\\\\}
    __da_text=${__da_text//;/\\x3b}
    while :; do
        before=${__da_text%%[[:cntrl:]]*}
        [ "$before" = "$__da_text" ] && break
        byte=${__da_text:${#before}:1}
        printf -v code '\\x%02x' "'$byte"
        __da_text=${__da_text//"$byte"/$code}
    done
}

__da_mark() {
    printf '\033]7717;%s;%s;%s;%s\a' "$__da_nonce" "$__da_n" "$$" "$1"
}

private() {
    case ${1-} in
        on) __da_private=p ;;
        off) __da_private= ;;
        *) printf '%s\n' 'private on: commands are logged without content; private off: with it again' >&2; return 2 ;;
    esac
}

# Before everything else at a prompt: the command ended.
__da_first() {
    __da_status=$?
    __da_ready=
    [[ $# == 0 ]] || __da_status=$1
    __da_n=$((__da_n + __da_c + 4))
    __da_c=0
    export DEVOPS_AGENT_MARK=$((__da_n + 1000))
    __da_escape "$PWD"
    __da_mark "A;$__da_status;$__da_private;$__da_text"
    return "$__da_status"
}

# After everything else: themes may have set the prompt again.
__da_last() {
    if [[ $PS1 != "$__da_our_ps1" ]]; then
        __da_user_ps1=$PS1
    fi
    printf -v __da_b '\033]7717;%s;%s;%s;B\a' "$__da_nonce" $((__da_n + 1)) "$$"
    printf -v __da_k '\033]7717;%s;%s;%s;K\a' "$__da_nonce" $((__da_n + 2)) "$$"
    if shopt -q promptvars; then
        PS1="${__da_user_ps1}"'\[${__da_b}\]'
    else
        PS1="${__da_user_ps1}\\[${__da_b}\\]"
    fi
    __da_our_ps1=$PS1
    [[ $PS2 == *__da_k* ]] || PS2="${PS2}"'\[${__da_k}\]'
    __da_now=$HISTCMD
    __da_ready=1
    return "$__da_status"
}

# The accepted command. Bash names the one before where this one was kept out of the history: then it is not certain.
__da_command() {
    local __da_n=$((__da_n + 2 + __da_c))
    if [[ -n $__da_private ]]; then
        __da_mark 'C;p'
        return
    fi
    local line flags=
    line=$(HISTTIMEFORMAT= builtin history 1)
    # The number before it; a star where the entry was changed.
    line=${line#"${line%%[![:blank:]]*}"}
    local number=${line%%[!0-9]*}
    line=${line#"$number"}
    line=${line#[* ]}
    line=${line# }
    [[ -n $number && $__da_now != "$__da_was" ]] && flags=s
    __da_escape "$line"
    __da_mark "C;$flags;$__da_text"
}

if (( BASH_VERSINFO[0] > 4 || (BASH_VERSINFO[0] == 4 && BASH_VERSINFO[1] >= 4) )) && shopt -q promptvars; then
    # What a substitution does is lost with its process; what a subscript reckons stays.
    PS0='${__da_none[$((__da_c += 1, __da_was = __da_now, __da_now = HISTCMD, 0))]-}$(__da_command)'"${PS0-}"
else
    # Before each simple command; the first one after a prompt counts.
    __da_debug() {
        [[ -n ${__da_ready-} && -z ${COMP_LINE-} ]] || return 0
        case $BASH_COMMAND in __da_* | *'__da_pid'*) return 0 ;; esac
        __da_ready=
        __da_c=$((__da_c + 1))
        __da_was=$__da_now
        __da_now=$HISTCMD
        __da_command
        return 0
    }
    __da_trap=$(trap -p DEBUG)
    __da_trap=${__da_trap#"trap -- '"}
    __da_trap=${__da_trap%"' DEBUG"}
    trap "__da_debug${__da_trap:+; ${__da_trap//"'\\''"/"'"}}" DEBUG
    unset __da_trap
fi

if [[ "$(declare -p PROMPT_COMMAND 2>/dev/null)" == 'declare -a'* ]]; then
    PROMPT_COMMAND=(__da_first "${PROMPT_COMMAND[@]}" __da_last)
else
    # Inherited from a shell around this one, it is ours; what that shell did at its prompt is not for here.
    __da_user=${PROMPT_COMMAND-}
    [[ $__da_user == *__da_first* ]] && __da_user=
    # Exported, so that a bash started here finds the hooks too, also by `exec`.
    export PROMPT_COMMAND='__da_code=$?; if [[ ${__da_pid-} == "$$" ]]; then __da_first "$__da_code"; eval "$__da_user"; __da_last; elif [[ -r "@ROOM@/bash" ]]; then . "@ROOM@/bash"; __da_first; __da_last; fi'
fi

__da_mark 'H;bash'

fi
