# Tells the workbench around this shell what runs: prompt, command, exit code, directory.
# Adds functions named __da_* and `private`, and nothing else.

if status is-interactive; and not set -q __da_nonce
    set -g __da_nonce '@NONCE@'
    set -g __da_n 0
    set -q DEVOPS_AGENT_MARK; and set -g __da_n $DEVOPS_AGENT_MARK
    set -g __da_private
    set -g __da_status 0

    function __da_escape
        set -l text (string replace -a '\\' '\\\\' -- $argv[1] | string collect)
        set text (string replace -a ';' '\x3b' -- $text | string collect)
        # string works on lines: a newline is put in between what it gives back.
        set -l lines (string split \n -- $text)
        for code in 01 02 03 04 05 06 07 08 09 0b 0c 0d 0e 0f 10 11 12 13 14 15 16 17 18 19 1a 1b 1c 1d 1e 1f 7f
            if string match -q -- "*"(printf "\x$code")"*" $lines
                set lines (string replace -a -- (printf "\x$code") "\\x$code" $lines)
            end
        end
        string join '\x0a' -- $lines
    end

    function __da_mark
        printf '\e]7717;%s;%s;%s;%s\a' $__da_nonce $__da_n $fish_pid $argv[1]
    end

    function private
        switch "$argv[1]"
            case on
                set -g __da_private p
            case off
                set -g __da_private
            case '*'
                echo 'private on: commands are logged without content; private off: with it again' >&2
                return 2
        end
    end

    function __da_preexec --on-event fish_preexec
        set -g __da_n (math $__da_n + 1)
        if test -n "$__da_private"
            __da_mark 'C;p'
        else
            __da_mark "C;s;"(__da_escape "$argv[1]" | string collect)
        end
    end

    function __da_postexec --on-event fish_postexec
        set -g __da_status $status
        set -g __da_n (math $__da_n + 1)
        # Here, because fish marks an unfinished line before it asks for the prompt.
        __da_mark "D;$__da_status"
    end

    function __da_prompt --on-event fish_prompt
        set -g __da_n (math $__da_n + 1)
        set -gx DEVOPS_AGENT_MARK (math $__da_n + 1)
        __da_mark "A;$__da_status;$__da_private;"(__da_escape "$PWD" | string collect)
    end

    function __da_exit --on-event fish_exit
        set -g __da_n (math $__da_n + 1)
        __da_mark Z
    end

    __da_mark 'H;fish'
end
