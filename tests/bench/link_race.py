#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What viewers get from us, ffmpeg and OBS over the same emulated links: one table.

usage: link_race.py BIN [SCENARIO...]     BIN: the folder of the built programs
Scenarios: steps (3 -> 0.6 -> 3 Mbit/s), outage (5 s), cell (a recorded LTE uplink, where it is there).

Every push is 1280x720 at 2500 kbit/s of the same clip to nginx-rtmp, one after the other. Delay: arrival
of a picture at the viewer above the least of the run, from second 3 on. Stalls: of our player at `--buffer auto`.
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "interop"))

from checks import Skipped  # noqa: E402
from link_cases import CELL  # noqa: E402
from links import Link, capacity_kbps, ffmpeg_clip_push, noisy_clip, our_push  # noqa: E402
from obs import obs_push  # noqa: E402
from peers import Stage  # noqa: E402

KBPS = 2500
SECONDS = {"steps": 32, "outage": 30, "cell": 60}
STEPS = {"steps": "0 3000\n12 600\n22 3000\n600 3000\n", "outage": "0 3000\n12 0\n17 3000\n600 3000\n"}


def _up(stage, scenario):
    if scenario == "cell":
        if not CELL.exists():
            raise Skipped(f"no {CELL}")
        return f"trace={CELL},delay=25,queue=1000"
    path = stage.path("steps.txt")
    path.write_text(STEPS[scenario])
    return f"steps={path},delay=25,queue=300"


def _ours(stage, link, clip):
    return our_push(link, clip, link.url("live"), KBPS)


def _ffmpeg(stage, link, clip):
    return ffmpeg_clip_push(link, clip, link.url("live"), KBPS)


def _obs(stage, link, clip, dynamic="false"):
    return obs_push(stage, link.url("live").rsplit("/", 1)[0], "live", clip, start=link.near, width=1280, height=720,
                    kbps=KBPS, preset="veryfast", keyint=60, dynamic=dynamic)


def _obs_dynamic(stage, link, clip):
    return _obs(stage, link, clip, "true")


PUSHERS = {"onair": _ours, "ffmpeg": _ffmpeg, "OBS": _obs, "OBS, dynamic": _obs_dynamic}


def run(folder, scenario, name):
    with Stage(folder) as stage:
        clip = noisy_clip(stage)
        with Link(stage, _up(stage, scenario)) as link:
            publisher = PUSHERS[name](stage, link, clip)
            link.until_live("live", 30)
            seconds = SECONDS[scenario]
            arrivals, viewer = link.arrivals("live", seconds), link.viewer("live", seconds)
            arrivals.wait(seconds + 40)
            viewer.wait(seconds + 40)
            publisher.kill()
            delays, report = link.delays("live"), stage.report("view-live")
        _, carried = capacity_kbps(link.log)
    return [name, *(f"{delays.quantile(q, 3):.0f}" for q in (0.5, 0.95, 1.0)), f"{delays.longest_gap_ms():.0f}",
            str(delays.pictures()), f"{carried:.0f}", str(report["stalls"]["count"]), f"{report['stalls']['total_ms']:.0f}"]


def main(folder, *scenarios):
    head = ["", "delay p50 ms", "p95", "max", "longest gap ms", "pictures", "kbit/s", "stalls", "ms"]
    for scenario in scenarios or SECONDS:
        print(f"\n{scenario}")
        print(f"{head[0]:14}" + "".join(f"{word:>16}" for word in head[1:]))
        for name in PUSHERS:
            try:
                row = run(folder, scenario, name)
            except Skipped as reason:
                row = [name, f"skipped: {reason}"]
            print(f"{row[0]:14}" + "".join(f"{word:>16}" for word in row[1:]), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
