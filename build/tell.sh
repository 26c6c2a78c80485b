#!/bin/sh
# Says what a build is doing to whoever waits for 'dotnet run', which shows nothing of it; 'dotnet build' shows messages by itself.
# Usage: tell.sh PROCESS TEXT   (the process that runs the build)
set -eu
process=$1 text=$2
if [ -e "/proc/$process/cmdline" ]; then
    case " $(tr '\0' ' ' <"/proc/$process/cmdline") " in
    *" run "*) echo "$text" >>"/proc/$process/fd/2" ;;
    esac
elif [ -w /dev/tty ]; then
    # Systems without /proc; without a terminal nobody is told.
    echo "$text" 2>/dev/null >/dev/tty || exit 0
fi
