#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes when each picture of a live stream comes, as ffmpeg reads it off the wire.

usage: arrivals.py URL SECONDS FILE     FILE: JSON, [{"at": s, "ts": s, "bytes": n}], times in seconds
"""
import json
import subprocess
import sys
import time


def _exactly(stream, size):
    data = b""
    while len(data) < size:
        more = stream.read(size - len(data))
        if not more:
            return None
        data += more
    return data


def _pictures(stream):
    """(time of arrival, tag time, bytes) of each video tag that is no sequence header."""
    _exactly(stream, 13)
    while head := _exactly(stream, 15):
        size = int.from_bytes(head[1:4], "big")
        ts_ms = int.from_bytes(head[7:8] + head[4:7], "big")
        body = head[11:] + (_exactly(stream, size) or b"")  # And the size field that follows each tag.
        if head[0] == 9 and size > 5 and body[1] != 0:
            yield time.monotonic(), ts_ms / 1000, size


def main(url, seconds, path):
    ffmpeg = subprocess.Popen(
        ["ffmpeg", "-v", "error", "-fflags", "nobuffer", "-analyzeduration", "0", "-rw_timeout", "30000000", "-copyts",
         "-i", url, "-map", "0:v", "-c", "copy", "-flush_packets", "1", "-f", "flv", "-"],
        stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
    end = time.monotonic() + float(seconds)
    rows = []
    for at, ts, size in _pictures(ffmpeg.stdout):
        rows.append({"at": at, "ts": ts, "bytes": size})
        if at > end:
            break
    ffmpeg.kill()
    with open(path, "w") as out:
        json.dump(rows, out)
    return 0 if rows else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
