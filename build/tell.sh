#!/bin/sh
# Says what a build is doing to whoever waits for 'dotnet run', which shows nothing of it; 'dotnet build' shows messages by itself.
# Usage: tell.sh PROCESS TEXT   (the process that builds: 'dotnet run' itself or one of its nodes)
set -eu
process=$1 text=$2
if [ ! -d /proc/self ]; then
    # Without a terminal, nobody is told on such a system.
    (echo "$text" >/dev/tty) 2>/dev/null || exit 0
fi
while [ "$process" -gt 1 ] && [ -r "/proc/$process/cmdline" ]; do
    case " $(tr '\0' ' ' <"/proc/$process/cmdline")" in
    *dotnet\ run\ *)
        echo "$text" >>"/proc/$process/fd/2"
        exit 0
        ;;
    esac
    # The parent is the second field behind the name, which may hold anything.
    process=$(sed 's/.*) . \([0-9]*\) .*/\1/' "/proc/$process/stat")
done
