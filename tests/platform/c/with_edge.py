#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs a program against onair-edge on free ports.

usage: with_edge.py EDGE PROGRAM [ARGUMENT ...]
PROGRAM gets, behind its arguments, the prefixes rtmp://.../live and http://.../live.
Exit: the program's; 1 where the edge does not serve.
"""
import re
import subprocess
import sys
import tempfile


def main():
    edge_program, *program = sys.argv[1:]
    edge = subprocess.Popen([edge_program, "--rtmp", "0", "--http", "0", "--quiet"], stdout=subprocess.PIPE, text=True)
    try:
        ready = re.match(r"ready rtmp=(\S+) http=(\S+)", edge.stdout.readline())
        if ready is None:
            print("the edge does not serve")
            return 1
        with tempfile.TemporaryDirectory() as folder:  # For the files that it writes.
            addresses = [f"rtmp://{ready[1]}/live", f"http://{ready[2]}/live"]
            return subprocess.run([*program, *addresses], cwd=folder, timeout=150).returncode
    finally:
        edge.terminate()
        edge.wait(timeout=30)


if __name__ == "__main__":
    sys.exit(main())
