#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Shows a film in a loop on an X screen; each picture carries its number and the wall time at which it went up.

usage: stamped_film.py DISPLAY FILE     FILE: raw bgr0 pictures of the screen's size, 30 a second
"""
import mmap
import sys
import time

from marks import Stamp, white_cells
from x11 import PIXEL_BYTES, Screen

FPS = 30


def _draw(stamp, pixels, width, height):
    """Rows 30 to 35 of the grid of 26 by 36, as capture/synthetic/stamp.h has them."""
    line_bytes = width * PIXEL_BYTES
    white = white_cells(stamp)

    def top(row):
        return round(row * height / 36) * line_bytes

    pixels[top(30):top(36)] = bytes(top(36) - top(30))
    for row in range(31, 35):
        line = bytearray(line_bytes)
        for column in (column for column, at in white if at == row):
            begin, end = (round(edge * width / 26) * PIXEL_BYTES for edge in (column, column + 1))
            line[begin:end] = b"\xff" * (end - begin)
        pixels[top(row):top(row + 1)] = bytes(line) * ((top(row + 1) - top(row)) // line_bytes)


def main(display, path):
    screen = Screen(display)
    pixels = screen.pixels()
    size = len(pixels)
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as film:
        count = len(film) // size
        begin = time.monotonic()
        number = 0
        while True:
            # A picture whose time is over is left out: a late machine must not show two at once.
            number = max(number + 1, int((time.monotonic() - begin) * FPS))
            time.sleep(max(0.0, begin + number / FPS - time.monotonic()))
            at = number % count * size
            pixels[:] = film[at:at + size]
            _draw(Stamp(number, time.time_ns() // 1_000_000), pixels, screen.width, screen.height)
            screen.show()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
