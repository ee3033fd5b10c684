#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Ours and Chromium publish the same film by WebRTC over the same emulated links to the same edge, in turn: one table.

Scenarios: free (no bottleneck), steps (3 -> 0.6 -> 3 Mbit/s), outage (5 s of nothing), loss (a twentieth of 3 Mbit/s is
lost, both ways), cell (a recorded LTE uplink, where it is there). Round trip 50 ms, 300 ms of queue (cell: 1 s).

The film needs all the 2500 kbit/s that both may take at most, 640x360 at 30 pictures a second; Chromium takes it as its
camera's, ours as a file, each with its own encoder, congestion control and repair. A reader on the edge's host notes when
each picture comes out of the edge, and all times are above the least of its run: of the sender, the network and what
repairs and reordering cost, not of a player's buffer. Frozen: share of the time in gaps above 150 ms. Received: of pictures,
kbit/s. Skipped pictures are those that the film has and nobody saw.
"""
import argparse
import json
import os
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "interop"))

from browser import Browser, need_browser  # noqa: E402
from checks import Failed, Skipped, run_tool  # noqa: E402
from link_cases import CELL  # noqa: E402
from links import Delays, Link  # noqa: E402
from peers import Stage, until  # noqa: E402
from servers import need  # noqa: E402

KBPS, FPS, SIZE = 2500, 30, "640x360"
FROZEN_S = 0.150
# Seconds of the link's clock: watched from, watched until.
WATCHED = {"free": (10, 35), "steps": (10, 50), "outage": (10, 45), "loss": (10, 40), "cell": (10, 70)}
STEPS = {"steps": "0 3000\n20 600\n30 3000\n600 3000\n", "outage": "0 3000\n20 0\n25 3000\n600 3000\n"}
HEAD = ("", "p50 ms", "p95", "max", "longest gap", "frozen %", "pictures", "of", "kbit/s", "load")


def _ways(stage, scenario):
    back = "rate=20000,delay=25,queue=300"
    if scenario == "free":
        return back, back
    if scenario == "loss":
        return "rate=3000,delay=25,queue=300,loss=5", back + ",loss=5"
    if scenario == "cell":
        if not CELL.exists():
            raise Skipped(f"no {CELL}")
        return f"trace={CELL},delay=25,queue=1000", back
    path = stage.path("steps.txt")
    path.write_text(STEPS[scenario])
    return f"steps={path},delay=25,queue=300", back


def _film(stage, name, *coding):
    path = stage.path(name)
    run_tool([need("ffmpeg", "ffmpeg"), "-v", "error", "-f", "lavfi", "-i", f"testsrc2=size={SIZE}:rate={FPS}", "-t", "8", "-vf",
              "noise=alls=24:allf=t", *coding, str(path)], limit_s=60)
    return path


def _edge(stage, link):
    process = link.far("edge", stage.ours("edge", "--rtmp", "0", "--http", "0", "--listen", link.far_ip))
    line = until("the edge is ready", lambda: next(
        (row for row in process.out.read_text().splitlines() if row.startswith("ready ")), None))
    return dict(word.split("=", 1) for word in line.split()[1:])["http"]


class _Ours:
    name = "onair"

    def __init__(self, stage, link, http):
        clip = _film(stage, "film.mp4", "-c:v", "libx264", "-preset", "ultrafast", "-crf", "12", "-pix_fmt", "yuv420p")
        self.process = link.near("publish", stage.ours(
            "publish", "--input", clip, "--loop", "--audio-input", "test", "--size", SIZE, "--bitrate", str(KBPS), "--quiet",
            "--to", f"rts://{http}/live/a", "--report", stage.path("publish.json")))
        until("it is live", lambda: "live " in self.process.out.read_text(), 20)

    def stop(self):
        self.process.stop()


class _Chromium:
    name = "Chromium"

    def __init__(self, stage, link, http):
        film = _film(stage, "film.y4m", "-pix_fmt", "yuv420p")
        self.browser = Browser(stage, "rtc.html", start=link.near_prefix, arguments=[f"--use-file-for-fake-video-capture={film}"])
        self.browser.__enter__()
        self.browser.call("publish", url=f"http://{http}/rtc/v1/whip/?app=live&stream=a", camera=True, width=640, height=360,
                          bitrate=KBPS * 1000)

    def stop(self):
        self.browser.__exit__(None, None, None)


def _frozen_percent(times):
    gaps = [b - a for a, b in zip(times, times[1:])]
    return 100 * sum(gap for gap in gaps if gap > FROZEN_S) / (times[-1] - times[0])


def run(folder, scenario, publisher):
    begin, end = WATCHED[scenario]
    with Stage(folder) as stage:
        with Link(stage, *_ways(stage, scenario), limit_s=end + 60) as link:
            clock = link.process.began
            http = _edge(stage, link)
            source = publisher(stage, link, http)
            time.sleep(2)  # A stream has a name at the edge from its first picture on.
            try:
                address = f"http://{http}/live/a.flv"
                reader = link.far("arrivals", ["python3", "-B", pathlib.Path(__file__).parents[1] / "interop" / "arrivals.py",
                                               address, str(end + 1 - (time.monotonic() - clock)), stage.path("arrivals.json")])
                reader.wait(end + 20)
                load = os.getloadavg()[0]
            finally:
                source.stop()
            rows = json.loads(stage.path("arrivals.json").read_text())
    rows = [row for row in rows if begin <= row["at"] - clock < end]
    if len(rows) < 2:
        raise Failed("nothing came out of the edge")
    seen = Delays(rows)
    times = [row["at"] for row in rows]
    kbps = sum(row["bytes"] for row in rows) * 8 / 1000 / (end - begin)
    return [source.name, *(f"{seen.quantile(share):.0f}" for share in (0.5, 0.95, 1.0)), f"{seen.longest_gap_ms():.0f}",
            f"{_frozen_percent(times):.1f}", str(len(rows)), str((end - begin) * FPS), f"{kbps:.0f}", f"{load:.1f}"]


def _print(row):
    print("".join(f"{word:<14}" if i == 0 else f"{word:>12}" for i, word in enumerate(row)), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bin", help="the folder of the built programs")
    parser.add_argument("--scenarios", nargs="+", default=list(WATCHED), choices=list(WATCHED))
    asked = parser.parse_args()
    need_browser()
    for scenario in asked.scenarios:
        _print((scenario, *HEAD[1:]))
        for publisher in (_Ours, _Chromium):
            try:
                _print(run(asked.bin, scenario, publisher))
            except (Skipped, Failed) as reason:
                print(f"{publisher.name:14}  {type(reason).__name__.lower()}: {reason}", flush=True)


if __name__ == "__main__":
    main()
