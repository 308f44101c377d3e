# Read by bash in place of ~/.bashrc: reads that first, then adds the hooks.
[ -r ~/.bashrc ] && . ~/.bashrc
. '@ROOM@/bash'
