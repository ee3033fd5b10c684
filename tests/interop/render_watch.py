#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Notes when each stamped picture stands on an X screen, by looking 125 times a second.

usage: render_watch.py DISPLAY FILE     FILE: a line a new picture, "monotonic_s utc_ms number stamp_utc_ms", or
                                        "monotonic_s utc_ms" where the stamp changed and cannot be read
"""
import sys
import time

from marks import read_stamp
from x11 import PIXEL_BYTES, Screen

PERIOD_S = 0.008
_MIDDLE = 4  # Pixels on each side of a cell's middle that are looked at.


def _cell(rows, width, height):
    """A function (column, row) -> green, from the rows of the grid from 31 on."""
    top = 31 * height // 36

    def luma(column, row):
        y = (2 * row + 1) * height // 72 - top
        x = (2 * column + 1) * width // 52
        begin = (y * width + x - _MIDDLE) * PIXEL_BYTES + 1
        return sum(rows[begin:begin + 2 * _MIDDLE * PIXEL_BYTES:PIXEL_BYTES]) / (2 * _MIDDLE)
    return luma


def main(display, path):
    screen = Screen(display)
    top, bottom = 31 * screen.height // 36, 35 * screen.height // 36
    last_rows, last = b"", None
    with open(path, "w", buffering=1) as out:
        while True:
            rows = screen.grab(top, bottom - top)
            at, utc_ms = time.monotonic(), time.time() * 1000
            if rows != last_rows:
                last_rows = rows
                stamp = read_stamp(_cell(rows, screen.width, screen.height))
                if stamp is None:
                    out.write(f"{at:.4f} {utc_ms:.1f}\n")
                elif stamp != last:
                    out.write(f"{at:.4f} {utc_ms:.1f} {stamp.number} {stamp.utc_ms}\n")
                    last = stamp
            time.sleep(max(0.0, PERIOD_S - (time.monotonic() - at)))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
