#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""WebRTC over an emulated lossy link with the programs as they ship: one table.

The publisher (720p30 at 1500 kbit/s and Opus), the edge and the player are real processes; the link is 2.5 Mbit/s with a
round trip of 50 ms. `up`: it lies between publisher and edge; `down`: between edge and player. Delay: capture to render
as our player reports it from the pictures' stamps; `later`: the 95th percentile of its rows (one each half second) from
second 3 on. Frozen: share of the time in gaps above 150 ms, start included.
"""
import argparse
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "interop"))

from checks import Failed, Skipped  # noqa: E402
from links import Link  # noqa: E402
from peers import Stage, until  # noqa: E402

RATE, DELAY = 2500, 25
CASES = [("up", 0), ("up", 5), ("up", 10), ("down", 0), ("down", 5), ("down", 10)]
HEAD = ("", "loss %", "first ms", "p50 ms", "p95", "max", "later", "frozen %", "stalls", "rendered", "sound gaps", "kbit/s sent")


def _edge(stage, link):
    """On the far host; its HTTP address."""
    process = link.far("edge", stage.ours("edge", "--rtmp", "0", "--http", "0", "--listen", link.far_ip))
    line = until("the edge is ready", lambda: next(
        (row for row in process.out.read_text().splitlines() if row.startswith("ready ")), None))
    return dict(word.split("=", 1) for word in line.split()[1:])["http"]


def run(folder, side, loss, seconds):
    narrow, wide = (f"rate={rate},delay={DELAY},loss={loss},queue=300" for rate in (RATE, 50_000))
    with Stage(folder) as stage:
        # The media's way is the narrow one; what answers is lost as often.
        ways = (narrow, wide) if side == "up" else (wide, narrow)
        with Link(stage, ways[0], ways[1], limit_s=seconds + 60) as link:
            url = f"rts://{_edge(stage, link)}/live/a"
            publish_on, play_on = (link.near, link.far) if side == "up" else (link.far, link.near)
            publisher = publish_on("publish", stage.ours(
                "publish", "--input", "test", "--to", url, "--size", "1280x720", "--bitrate", "1500", "--quiet", "--report",
                stage.path("publish.json")))
            until("it is live", lambda: "live " in publisher.out.read_text(), 20)
            time.sleep(3)
            player = play_on("play", stage.ours("play", url, "--headless", "--quiet", "--duration", str(seconds), "--report",
                                                stage.path("play.json")))
            player.wait(seconds + 20)
            publisher.stop()
            seen, sent = stage.report("play"), stage.report("publish")
    if seen["first_frame_ms"] is None:
        raise Failed(f"nothing was shown: {seen['error']}; publisher: {sent['error']}")
    delay = seen["latency_ms"]
    later = sorted(row["latency_ms"] for row in seen["timeline"] if row["t_s"] >= 3 and row["latency_ms"] is not None)
    return [side, str(loss), f"{seen['first_frame_ms']:.0f}", *(f"{delay[key]:.0f}" for key in ("p50", "p95", "max")),
            f"{later[int(0.95 * len(later))]:.0f}", f"{seen['freeze_percent']:.2f}", str(seen["stalls"]["count"]), str(seen["frames"]["rendered"]),
            str(seen["audio_gaps"]), f"{sent['bitrate_kbps']['total']:.0f}"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bin", help="the folder of the built programs")
    parser.add_argument("--seconds", type=int, default=63)
    asked = parser.parse_args()
    print("".join(f"{word:>12}" for word in HEAD))
    for side, loss in CASES:
        try:
            print("".join(f"{word:>12}" for word in run(asked.bin, side, loss, asked.seconds)), flush=True)
        except (Skipped, Failed) as reason:
            print(f"{side:>12}{loss:>12}  {type(reason).__name__.lower()}: {reason}", flush=True)


if __name__ == "__main__":
    main()
