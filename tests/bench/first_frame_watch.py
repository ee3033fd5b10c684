#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Says when the first stamped picture stands on an X screen, by looking a thousand times a second.

usage: first_frame_watch.py DISPLAY [LEFT,TOP,WIDTH,HEIGHT]     where on it pictures are drawn (default: all of it)

Prints "ready" when no picture stands there, then "MONOTONIC_S UTC_MS".

A picture counts once its stamp can be read with its check sum: a window, a logo, a grey first picture or
half of one does not.
"""
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "interop"))

from marks import read_stamp  # noqa: E402
from x11 import PIXEL_BYTES, Screen  # noqa: E402

PERIOD_S = 0.001
_COLUMNS, _ROWS, _STAMP = 26, 36, range(31, 35)  # Of the grid (marks.py).


class _Grid:
    """The stamp's cells in a box of the screen."""

    def __init__(self, display, box):
        self._screen = Screen(display)
        self._left, self._top, self._width, self._height = box or (0, 0, self._screen.width, self._screen.height)

    def _line(self, row):
        """The greens in the middle of this row's cells."""
        pixels = self._screen.grab(self._top + (2 * row + 1) * self._height // (2 * _ROWS), 1)
        return [pixels[(self._left + (2 * column + 1) * self._width // (2 * _COLUMNS)) * PIXEL_BYTES + 1]
                for column in range(_COLUMNS)]

    def has_picture(self):
        first = self._line(_STAMP[0])
        if first[1] - first[24] < 60:  # Its corners are white and black: the cheap look.
            return False
        rows = {_STAMP[0]: first, **{row: self._line(row) for row in _STAMP[1:]}}
        return read_stamp(lambda column, row: rows[row][column]) is not None


def main(display, box=""):
    grid = _Grid(display, [int(part) for part in box.split(",")] if box else None)
    while grid.has_picture():
        time.sleep(PERIOD_S)
    print("ready", flush=True)
    while True:
        began = time.monotonic()
        if grid.has_picture():
            print(f"{time.monotonic():.6f} {time.time() * 1000:.3f}", flush=True)
            return 0
        time.sleep(max(0.0, PERIOD_S - (time.monotonic() - began)))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
