#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Sound over a change between WebRTC and HTTP-FLV with the programs as they ship: one table.

The publisher (720p30 at 1500 kbit/s, Opus for WebRTC and AAC for HTTP-FLV), the edge and the player are real processes;
publisher and edge stand on one host, the player on another behind 5 Mbit/s. Each run plays for 20 s and changes at 4 s.
`took`: from the wish to the joint, medians. `gaps`: holes in the sound of a run, the opening's included, as the player's
device saw them; `longest`: the longest of all runs. Runs `to` nothing do not change: what the line does to sound by itself.
"""
import argparse
import pathlib
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "interop"))

from checks import Failed, Skipped  # noqa: E402
from links import Link  # noqa: E402
from peers import Stage, until  # noqa: E402

HEAD = ("from", "to", "RTT ms", "loss %", "runs", "took ms", "gaps", "most", "longest ms", "stalls")
CASES = [(0, 0), (50, 0), (50, 1)]


def play(stage, link, first, second, turn):
    change = ["--qualities", f"{first},{second}", "--switch-at", f"4={second}"] if second else []
    process = link.near("play", stage.ours("play", first, "--headless", "--quiet", "--no-fallback", *change, "--duration", "20",
                                           "--report", stage.path(f"play{turn}.json")))
    process.wait(30)
    seen = stage.report(f"play{turn}")
    if seen["switches"] != len(change) // 4:
        raise Failed(f"did not change: {seen['switch_rows']}, {seen['error']}")
    return seen


def rows(folder, rtt, loss, runs):
    way = f"rate=5000,delay={rtt // 2},loss={loss},queue=300"
    with Stage(folder) as stage:
        with Link(stage, way, way, limit_s=110 * runs + 60) as link:
            edge = link.far("edge", stage.ours("edge", "--rtmp", "0", "--http", "0", "--listen", link.far_ip))
            line = until("the edge is ready", lambda: next(
                (row for row in edge.out.read_text().splitlines() if row.startswith("ready ")), None))
            ready = dict(word.split("=", 1) for word in line.split()[1:])
            publisher = link.far("publish", stage.ours(
                "publish", "--input", "test", "--to", f"rtmp://{ready['rtmp']}/live/a", "--audio", "opus", "--size", "1280x720",
                "--bitrate", "1500", "--quiet"))
            until("it is live", lambda: "live " in publisher.out.read_text(), 20)
            time.sleep(3)
            urls = {"WebRTC": f"rts://{ready['http']}/live/a", "HTTP-FLV": f"http://{ready['http']}/live/a.flv"}
            for one, other in (("WebRTC", None), ("HTTP-FLV", None), ("WebRTC", "HTTP-FLV"), ("HTTP-FLV", "WebRTC")):
                seen = [play(stage, link, urls[one], urls.get(other), f"{one}{other}{turn}") for turn in range(runs)]
                gaps = [each["audio_gaps"] for each in seen]
                took = f"{statistics.median(each['switch_rows'][0]['ms'] for each in seen):.0f}" if other else ""
                longest = max(each["longest_audio_gap_ms"] for each in seen)
                yield [one, other or "", str(rtt), str(loss), str(runs), took, f"{statistics.median(gaps):.0f}", str(max(gaps)),
                       f"{longest:.0f}", str(sum(each["stalls"]["count"] for each in seen))]
            publisher.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bin", help="the folder of the built programs")
    parser.add_argument("--runs", type=int, default=5)
    asked = parser.parse_args()
    print("".join(f"{word:>11}" for word in HEAD))
    for rtt, loss in CASES:
        try:
            for row in rows(asked.bin, rtt, loss, asked.runs):
                print("".join(f"{word:>11}" for word in row), flush=True)
        except (Skipped, Failed) as reason:
            print(f"round trip {rtt} ms, loss {loss} %: {type(reason).__name__.lower()}: {reason}", flush=True)


if __name__ == "__main__":
    main()
