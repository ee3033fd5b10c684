# SPDX-License-Identifier: Apache-2.0
"""Which C++ files of the Java interface really run: a script of gdb's, started by run_java.py.

Stops at the first function of each file that is entered, notes the file, and lets the program go on.
In: ONAIR_LIBRARY; ONAIR_FOLDER, of the files. Out: ONAIR_NOTES, a path a line. Exit: the program's.
"""
import os
import re
import subprocess

import gdb

LIBRARY = os.environ["ONAIR_LIBRARY"]
# The JVM's own, and what it sends its threads.
SIGNALS = "SIGSEGV SIGBUS SIGFPE SIGILL SIGUSR1 SIGUSR2 SIGPIPE SIG34 SIGQUIT"


def functions():
    """Offset of each function in the library -> its source, below the folder."""
    listed = subprocess.run(["nm", "--defined-only", LIBRARY], capture_output=True, text=True, check=True).stdout
    offsets = [line.split()[0] for line in listed.splitlines() if re.match(r"\w+ [tT] (?!_GLOBAL__)", line)]
    lines = subprocess.run(["addr2line", "-e", LIBRARY], input="\n".join(offsets), capture_output=True, text=True,
                           check=True).stdout.splitlines()
    found = {}
    for offset, line in zip(offsets, lines):
        path = os.path.normpath(line.rsplit(":", 1)[0])
        name = re.search(re.escape(os.environ["ONAIR_FOLDER"]) + r"/\w+\.cc$", path)
        if name:
            found[int(offset, 16)] = name[0]
    return found


def base():
    with open(f"/proc/{gdb.selected_inferior().pid}/maps") as maps:
        return min(int(line.split("-")[0], 16) for line in maps if os.path.realpath(LIBRARY) in line)


def main():
    for setting in ("pagination off", "confirm off", "debuginfod enabled off", "breakpoint pending on"):
        gdb.execute("set " + setting)
    gdb.execute(f"handle {SIGNALS} nostop noprint pass", to_string=True)
    gdb.execute("catch load " + os.path.basename(LIBRARY), to_string=True)
    gdb.execute("run")
    at = {}
    if gdb.selected_inferior().pid:
        start = base()
        at = {start + offset: path for offset, path in functions().items()}
        points = {address: gdb.Breakpoint(f"*{address}", internal=True) for address in at}
        for point in points.values():
            point.silent = True
    with open(os.environ["ONAIR_NOTES"], "w") as notes:
        while gdb.selected_inferior().pid:
            gdb.execute("continue", to_string=True)
            if not gdb.selected_inferior().pid:
                break
            path = at.get(gdb.selected_frame().pc())
            if path is None:
                continue
            notes.write(path + "\n")
            for address in [address for address, of in at.items() if of == path]:
                points.pop(address).delete()
    code = gdb.convenience_variable("_exitcode")
    gdb.execute(f"quit {1 if code is None else int(code)}")


main()
