# Tells the workbench around this shell what can be told without hooks: prompt, exit code, directory.
# For shells that read the file named in ENV and expand their prompt. Adds a part to PS1 and PS2, and `private`.

case $- in
*i*)
    if [ -n "${DEVOPS_AGENT_ENV-}" ] && [ -r "${DEVOPS_AGENT_ENV}" ]; then
        . "${DEVOPS_AGENT_ENV}"
    fi
    __da_n=${DEVOPS_AGENT_MARK:-0}
    __da_n=$((__da_n + 1))
    __da_private=
    __da_esc=$(printf '\033')
    __da_bel=$(printf '\007')
    private() {
        case ${1-} in
        on) __da_private=p ;;
        off) __da_private= ;;
        *) printf '%s\n' 'private on: commands are logged without content; private off: with it again' >&2; return 2 ;;
        esac
    }
    printf '\033]7717;%s;%s;%s;H;sh\007' '@NONCE@' "$__da_n" "$$"
    # Nothing here starts a process; the counter is moved by the prompt itself.
    PS1='${__da_esc}]7717;@NONCE@;$((__da_n=__da_n+3));$$;a;$?;${__da_private};${PWD}${__da_bel}'"${PS1-$ }"'${__da_esc}]7717;@NONCE@;$((__da_n+1));$$;B${__da_bel}'
    PS2="${PS2-> }"'${__da_esc}]7717;@NONCE@;$((__da_n+2));$$;K${__da_bel}'
    ;;
esac
