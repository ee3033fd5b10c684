#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""First picture and delay on loopback, ours beside ffmpeg and ffplay on the same stream.

usage: first_frame.py BIN_DIR [JOINS]     (BIN_DIR: build/release/bin; 9 joins)

Joins come at random points of a 2 s GOP. "process" is from the start of the program to its
first picture: for onair-play as its report says, for ffmpeg until `-frames:v 1` returns, for
ffplay until its first frame leaves the filter in front of the display (SDL without a screen).
"""
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time


def start_edge(bin_dir):
    edge = subprocess.Popen([f"{bin_dir}/onair-edge", "--rtmp", "0", "--http", "0", "--quiet"],
                            stdout=subprocess.PIPE, text=True)
    ready = edge.stdout.readline().split()
    ports = dict(part.split("=") for part in ready[1:])
    return edge, ports["rtmp"], ports["http"]


def play(bin_dir, url, folder, *options):
    report = f"{folder}/play.json"
    subprocess.run([f"{bin_dir}/onair-play", url, "--headless", "--quiet", "--report", report, *options],
                   check=True, timeout=60)
    with open(report) as file:
        return json.load(file)


def ffmpeg_first(url):
    begin = time.monotonic()
    subprocess.run(["ffmpeg", "-v", "error", "-i", url, "-frames:v", "1", "-f", "null", "-"],
                   check=True, timeout=30, stdin=subprocess.DEVNULL)
    return (time.monotonic() - begin) * 1000


def ffplay_first(url):
    env = dict(os.environ, SDL_VIDEODRIVER="dummy", SDL_AUDIODRIVER="dummy")
    begin = time.monotonic()
    ffplay = subprocess.Popen(["ffplay", "-v", "info", "-vf", "showinfo", "-an", url], env=env,
                              stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
    try:
        for line in ffplay.stderr:
            if "showinfo" in line and " n: " in line:
                return (time.monotonic() - begin) * 1000
    finally:
        ffplay.kill()
        ffplay.wait()
    return float("nan")


def main():
    bin_dir, joins = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 9
    random.seed(1)
    folder = tempfile.mkdtemp()
    edge, rtmp, http = start_edge(bin_dir)
    publisher = subprocess.Popen([f"{bin_dir}/onair-publish", "--input", "test", "--quiet",
                                  "--to", f"rtmp://{rtmp}/live/bench"])
    flv = f"http://{http}/live/bench.flv"
    try:
        time.sleep(3)  # A whole GOP in the cache.
        rows = {"onair-play (from the start call)": [], "onair-play (process)": [],
                "onair-play rtmp (from the start call)": [], "ffmpeg -frames:v 1 (process)": [],
                "ffplay (process)": []}
        for _ in range(joins):
            time.sleep(random.uniform(0, 2))
            report = play(bin_dir, flv, folder, "--frames", "1")
            rows["onair-play (from the start call)"].append(report["first_frame_ms"])
            rows["onair-play (process)"].append(report["process_to_first_frame_ms"])
            time.sleep(random.uniform(0, 2))
            report = play(bin_dir, f"rtmp://{rtmp}/live/bench", folder, "--frames", "1")
            rows["onair-play rtmp (from the start call)"].append(report["first_frame_ms"])
            time.sleep(random.uniform(0, 2))
            rows["ffmpeg -frames:v 1 (process)"].append(ffmpeg_first(flv))
            time.sleep(random.uniform(0, 2))
            rows["ffplay (process)"].append(ffplay_first(flv))
        ours = statistics.median(rows["onair-play (process)"])
        print(f"{'first picture, ms':<42}{'min':>8}{'median':>8}{'max':>8}{'ratio':>8}")
        for name, values in rows.items():
            middle = statistics.median(values)
            print(f"{name:<42}{min(values):8.1f}{middle:8.1f}{max(values):8.1f}{middle / ours:8.2f}")
        report = play(bin_dir, flv, folder, "--buffer", "fast", "--duration", "20")
        print(f"\ncapture to render, --buffer fast, 20 s: p50 {report['latency_ms']['p50']} ms, "
              f"p95 {report['latency_ms']['p95']} ms; stalls {report['stalls']['count']}, "
              f"sound-picture p50 {report['av_offset_ms']['p50']} ms, gaps {report['audio_gaps']}, "
              f"cpu {report['cpu_percent']} %, rss {report['peak_rss_mb']} MB")
    finally:
        publisher.terminate()
        publisher.wait()
        edge.terminate()
        edge.wait()


if __name__ == "__main__":
    main()
