#!/bin/sh
# Prints build progress to the terminal of 'dotnet run', which hides it; 'dotnet build' shows messages by itself.
# Usage: tell.sh PROCESS TEXT   (PROCESS is the build process: 'dotnet run' itself or one of its nodes)
set -eu
process=$1 text=$2
if [ ! -d /proc/self ]; then
    # No /proc: print to the terminal, if there is one.
    (echo "$text" >/dev/tty) 2>/dev/null || exit 0
fi
while [ "$process" -gt 1 ] && [ -r "/proc/$process/cmdline" ]; do
    case " $(tr '\0' ' ' <"/proc/$process/cmdline")" in
    *dotnet\ run\ *)
        echo "$text" >>"/proc/$process/fd/2"
        exit 0
        ;;
    esac
    # The parent's ID is the second field after the name, which may contain any character.
    process=$(sed 's/.*) . \([0-9]*\) .*/\1/' "/proc/$process/stat")
done
