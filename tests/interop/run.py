#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs one test against real peers.

usage: run.py BIN CASE    BIN: the folder of the built programs
       run.py --list            all cases
       run.py --list beside     those that may run two at a time (checks.beside)
Exit: 0 passed, 1 failed, 77 skipped (the reason is printed).
"""
import importlib
import signal
import sys
import time

from checks import Failed, Skipped
from peers import Stage

# Below CTest's own limit, so that a hanging test still says where and cleans up.
LIMIT_S = 50
GROUPS = ("nginx_cases", "hevc_cases", "edge_cases", "file_cases", "tls_cases", "refusal_cases", "fault_cases",
          "input_cases", "media_cases", "window_cases", "obs_cases", "replay_cases", "link_cases", "dtls_cases",
          "rtp_cases", "srtp_cases", "turn_cases", "relay_cases", "browser_cases", "webrtc_cases", "whip_cases")


def cases():
    """{name: function}: each public function of a group is a test, named by its words."""
    found = {}
    for group in GROUPS:
        module = importlib.import_module(group)
        for name, case in vars(module).items():
            if callable(case) and case.__module__ == group and not name.startswith("_"):
                found[name] = case
    return found


def main(argv):
    if argv in (["--list"], ["--list", "beside"]):
        print("\n".join(name for name, case in cases().items() if len(argv) == 1 or hasattr(case, "may_run_beside")))
        return 0
    if len(argv) != 2 or argv[1] not in cases():
        print(__doc__, file=sys.stderr)
        return 2

    def give_up(number, _):
        raise Failed(f"stopped by {signal.Signals(number).name} (limit {LIMIT_S} s)")

    signal.signal(signal.SIGALRM, give_up)
    signal.signal(signal.SIGTERM, give_up)
    signal.alarm(LIMIT_S)
    began = time.monotonic()
    try:
        with Stage(argv[0]) as stage:
            cases()[argv[1]](stage)
    except Skipped as reason:
        print(f"skipped: {reason}")
        return 77
    except Failed as reason:
        print(f"FAILED after {time.monotonic() - began:.1f} s: {reason}")
        return 1
    print(f"passed in {time.monotonic() - began:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
