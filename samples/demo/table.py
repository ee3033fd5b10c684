#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints the demo's short table from the reports of the publisher and of the players by FLV and by WebRTC."""
import json
import sys


def load(path):
    try:
        with open(path) as file:
            return json.load(file)
    except (OSError, ValueError):
        return {}


def cell(report, *path, unit=""):
    for key in path:
        report = report.get(key) if isinstance(report, dict) else None
    if report is None:
        return "-"
    text = f"{report:.0f}" if isinstance(report, (int, float)) and abs(report) >= 10 else f"{report:.1f}" \
        if isinstance(report, float) else str(report)
    return text + unit


def main():
    publish, play, rts = (load(path) for path in sys.argv[1:4])
    timeline = play.get("timeline") or [{}]
    rates = [row.get("kbps") or 0 for row in timeline[2:]] or [0]
    rates_fps = sorted(row.get("fps") or 0 for row in timeline[2:]) or [0]
    rows = [
        ("first frame (start to shown)", cell(play, "first_frame_ms", unit=" ms")),
        ("delay capture to shown, p50", cell(play, "latency_ms", "p50", unit=" ms")),
        ("delay capture to shown, p95", cell(play, "latency_ms", "p95", unit=" ms")),
        ("the same by WebRTC, p50 / p95", f"{cell(rts, 'latency_ms', 'p50')} / {cell(rts, 'latency_ms', 'p95', unit=' ms')}"),
        ("first frame by WebRTC", cell(rts, "first_frame_ms", unit=" ms")),
        ("pictures a second (median)", f"{rates_fps[len(rates_fps) // 2]:.0f}"),
        ("stalls", f"{cell(play, 'stalls', 'count')}  ({cell(play, 'stalls', 'total_ms', unit=' ms')})"),
        ("sound ahead of picture, p50", cell(play, "av_offset_ms", "p50", unit=" ms")),
        ("received rate (mean)", f"{sum(rates) / len(rates):.0f} kbit/s"),
        ("publisher: connect", cell(publish, "connect_ms", unit=" ms")),
        ("publisher: capture to socket, p95", cell(publish, "send_delay_ms", "p95", unit=" ms")),
        ("CPU publisher / player", f"{cell(publish, 'cpu_percent', unit=' %')} / {cell(play, 'cpu_percent', unit=' %')}"),
        ("memory publisher / player", f"{cell(publish, 'peak_rss_mb', unit=' MB')} / {cell(play, 'peak_rss_mb', unit=' MB')}"),
    ]
    print()
    for name, value in rows:
        print(f"  {name:<36}{value:>18}")


if __name__ == "__main__":
    main()
