#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Capture to render over the same emulated links, ours beside ffmpeg and OBS: one table.

Scenarios: free (no bottleneck), steps (3 -> 0.6 -> 3 Mbit/s), outage (5 s of nothing), cell (a recorded LTE uplink, where
it is there).

All capture the same virtual screen, 640x360 and 30 pictures a second of a film that takes all the 2500 kbit/s it is given,
and push it to nginx-rtmp, one after the other; our player shows it in a window on a second screen,
and the stamps read there tell the delay (tests/interop/rendered.py). All are watched over the same seconds of the link's
clock. `floor` is the same watcher on the first screen: what the measure itself adds. `says` and `buffer` are medians of
what our player reports of the same seconds: its `latency_ms`, which should agree with p50 but for the wait for a
grab (empty for other pushes: they carry no capture times), and how much of the delay is its own buffer. Stalls: of our
player, from its start. Frozen: share of the time in gaps above 150 ms. Unread: pictures too damaged to read their stamp.
Load: of the machine, over the last minute.
"""
import argparse
import os
import pathlib
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "interop"))

from checks import Failed, Skipped  # noqa: E402
from link_cases import CELL  # noqa: E402
from links import Link, capacity_kbps  # noqa: E402
from obs import display, obs_push  # noqa: E402
from peers import Stage  # noqa: E402
from rendered import SIZE, Rendered, stamped_screen, watch, window  # noqa: E402
from servers import need  # noqa: E402

KBPS = 2500
# Seconds of the link's clock: watched from, watched until. OBS takes its time to begin.
WATCHED = {"free": (15, 40), "steps": (15, 50), "outage": (15, 45), "cell": (15, 75)}
STEPS = {"free": "0 20000\n600 20000\n", "steps": "0 3000\n20 600\n30 3000\n600 3000\n",
         "outage": "0 3000\n20 0\n25 3000\n600 3000\n"}
WIDTHS = (12, 6, 6, 6, 6, 6, 11, 8, 8, 6, 6, 6, 6, 4)
HEAD = ("", "p50 ms", "p95", "max", "says", "buffer", "longest gap", "frozen %", "pictures", "unread", "kbit/s", "stalls", "ms",
        "load")


def _up(stage, scenario):
    if scenario == "cell":
        if not CELL.exists():
            raise Skipped(f"no {CELL}")
        return f"trace={CELL},delay=25,queue=1000"
    path = stage.path("steps.txt")
    path.write_text(STEPS[scenario])
    return f"steps={path},delay=25,queue=300"


def _ours(stage, link, source):
    return link.near("publish", stage.ours(
        "publish", "--input", f"screen:{source}", "--audio-input", "test", "--size", SIZE, "--bitrate", str(KBPS), "--quiet",
        "--to", link.url("live"), "--report", stage.path("publish.json")))


def _ffmpeg(stage, link, source):
    """As its manual tells for a live screen. The sound is paced and timed by the wall clock as a device's is: paced by
    `-re`, or timed by its samples, it falls behind the pictures at each wait for the network and holds them up."""
    return link.near("ffmpeg-push", [
        need("ffmpeg", "ffmpeg"), "-v", "error", "-f", "x11grab", "-framerate", "30", "-draw_mouse", "0", "-video_size", SIZE,
        "-i", source, "-use_wallclock_as_timestamps", "1", "-f", "lavfi", "-i", "sine=sample_rate=48000,arealtime",
        "-af", "aresample=async=1000", "-c:v", "libx264", "-preset", "veryfast", "-tune", "zerolatency", "-pix_fmt", "yuv420p",
        "-b:v", f"{KBPS}k", "-maxrate", f"{KBPS}k", "-bufsize", f"{KBPS // 2}k", "-g", "60", "-c:a", "aac", "-b:a", "64k",
        "-f", "flv", link.url("live")])


def _obs(stage, link, source, dynamic="false"):
    return obs_push(stage, link.url("live").rsplit("/", 1)[0], "live", display(source), start=link.near, kbps=KBPS,
                    preset="veryfast", keyint=60, dynamic=dynamic)


def _obs_dynamic(stage, link, source):
    return _obs(stage, link, source, "true")


PUSHERS = {"onair": _ours, "ffmpeg": _ffmpeg, "OBS": _obs, "OBS, dynamic": _obs_dynamic}


def _delays(seen):
    return [f"{seen.delay_ms(share):.0f}" for share in (0.5, 0.95, 1.0)]


def _gaps(seen):
    return [f"{seen.longest_gap_ms():.0f}", f"{seen.frozen_percent():.1f}", str(len(seen.shown)), str(seen.unreadable)]


def floor(folder):
    with Stage(folder) as stage:
        path = watch(stage, stamped_screen(stage))
        time.sleep(5)
        seen = Rendered(path)
    return ["floor", *_delays(seen), "", "", *_gaps(seen)]


def _said(report, what, from_s):
    """The median of the player's own rows from this second on; empty where it does not know."""
    found = [row[what] for row in report["timeline"] if row["t_s"] >= from_s and row[what] is not None]
    return f"{statistics.median(found):.0f}" if found else ""


def run(folder, scenario, name, buffer):
    begin, end = WATCHED[scenario]
    with Stage(folder) as stage:
        source = stamped_screen(stage)
        with Link(stage, _up(stage, scenario)) as link:
            clock = link.process.began
            publisher = PUSHERS[name](stage, link, source)
            link.until_live("live", begin)
            viewer, screen = window(stage, link.url("live"), clock + end + 1 - time.monotonic(), buffer, link.far)
            path = watch(stage, screen)
            viewer.wait(end + 20)
            load = os.getloadavg()[0]
            publisher.kill()
            report = stage.report("window")
        _, carried = capacity_kbps(link.log)
        seen = Rendered(path, clock + begin, clock + end)
    said = [_said(report, what, clock + begin - viewer.began) for what in ("latency_ms", "buffer_ms")]
    return [name, *_delays(seen), *said, *_gaps(seen), f"{carried:.0f}", str(report["stalls"]["count"]),
            f"{report['stalls']['total_ms']:.0f}", f"{load:.1f}"]


def _print(row):
    print("".join(f"{word:<{width}}" if i == 0 else f"{word:>{width + 2}}"
                  for i, (word, width) in enumerate(zip(row, WIDTHS))), flush=True)


def _print_run(name, make):
    try:
        _print(make())
    except Skipped as reason:
        print(f"{name:14}  skipped: {reason}", flush=True)
    except Failed as reason:
        print(f"{name:14}  failed: {reason}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bin", help="the folder of the built programs")
    parser.add_argument("scenarios", nargs="*", help=f"of {', '.join(WATCHED)} (all)")
    parser.add_argument("--only", choices=PUSHERS, help="one row")
    parser.add_argument("--buffer", default="auto", help="of our player: auto, fast, smooth or milliseconds")
    asked = parser.parse_args()
    if unknown := set(asked.scenarios) - set(WATCHED):
        parser.error(f"no scenario {', '.join(unknown)}")

    print(time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()), f"--buffer {asked.buffer}")
    _print(HEAD)
    _print_run("floor", lambda: floor(asked.bin))
    for scenario in asked.scenarios or WATCHED:
        print(scenario)
        for name in [asked.only] if asked.only else PUSHERS:
            _print_run(name, lambda: run(asked.bin, scenario, name, asked.buffer))


if __name__ == "__main__":
    main()
