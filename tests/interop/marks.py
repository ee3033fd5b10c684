# SPDX-License-Identifier: Apache-2.0
"""Reads back what the test picture carries: its number, its time, the flash and the beep; writes the first two.

The picture is a grid of 26 by 36 cells; capture/synthetic/stamp.h and sync_marks.h say what
stands where.
"""
import array
import math
from collections import namedtuple

from checks import check, frame_times, run_tool, within

COLUMNS, ROWS, ZOOM = 26, 36, 3
RATE = 48000
BEEP_HZ = 1000

Stamp = namedtuple("Stamp", "number utc_ms")


def _cells(path):
    """One function (column, row) -> luma per picture, at the middle of each cell."""
    width, height = COLUMNS * ZOOM, ROWS * ZOOM
    raw = run_tool(["ffmpeg", "-v", "error", "-i", str(path), "-an", "-fps_mode", "passthrough", "-vf",
                    f"scale={width}:{height}:flags=area,format=gray", "-f", "rawvideo", "-"])
    size = width * height
    for start in range(0, len(raw) - size + 1, size):
        yield lambda column, row, at=start: raw[at + (row * ZOOM + 1) * width + column * ZOOM + 1]


def _crc(bits):
    crc = 0xFFFF
    for bit in bits:
        top = crc >> 15
        crc = crc << 1 & 0xFFFF
        if top != bit:
            crc ^= 0x1021
    return crc


def _number(bits):
    return int("".join(map(str, bits)), 2)


def _bit_cells():
    corners = {(1, 31), (24, 31), (1, 34), (24, 34)}
    return [(column, row) for row in range(31, 35) for column in range(1, 25) if (column, row) not in corners]


def read_stamp(cell):
    """What `cell`, a function (column, row) -> luma, carries; None where the check does not hold."""
    white, black = cell(1, 31), cell(24, 31)
    if white - black < 60:
        return None
    middle = (white + black) / 2
    bits = [int(cell(column, row) > middle) for column, row in _bit_cells()]
    return Stamp(_number(bits[:32]), _number(bits[32:76])) if _crc(bits[:76]) == _number(bits[76:]) else None


def white_cells(stamp):
    """Where a stamp is white: a set of (column, row); the rest of rows 30 to 35 is black."""
    bits = [int(bit) for bit in f"{stamp.number:032b}{stamp.utc_ms:044b}"]
    bits += [int(bit) for bit in f"{_crc(bits):016b}"]
    return {(1, 31), (24, 34), *(cell for cell, bit in zip(_bit_cells(), bits) if bit)}


def stamps(path):
    """The stamps of all pictures of a recorded test stream; each must be readable."""
    found = [read_stamp(cell) for cell in _cells(path)]
    check(found and None not in found, f"{found.count(None)} of {len(found)} stamps unreadable in {path}")
    return found


def is_unbroken(path, missing=0):
    """The picture numbers rise by one; at most `missing` are left out."""
    numbers = [stamp.number for stamp in stamps(path)]
    steps = [b - a for a, b in zip(numbers, numbers[1:])]
    check(min(steps) >= 1, f"a picture came twice or went back in {path}: {numbers}")
    within(sum(steps) - len(steps), 0, missing, f"pictures missing in {path}")
    return numbers


def _flash_times(path):
    times = frame_times(path, "v")
    lit = [cell(15, 26) > 125 for cell in _cells(path)]
    check(len(times) == len(lit), f"{len(times)} times for {len(lit)} pictures in {path}")
    return [times[i] for i in range(1, len(lit)) if lit[i] and not lit[i - 1]]


def _beep_times(path):
    start = frame_times(path, "a")[0]
    raw = run_tool(["ffmpeg", "-v", "error", "-i", str(path), "-vn", "-ac", "1", "-ar", str(RATE), "-f", "s16le", "-"])
    sound = array.array("h", raw)
    window = RATE // BEEP_HZ
    level = [math.sqrt(sum(s * s for s in sound[i:i + window]) / window) for i in range(0, len(sound) - window, window)]
    threshold = max(level, default=0) / 2
    check(threshold > 300, f"no beep in {path}")
    loud = [value > threshold for value in level]
    return [start + i / BEEP_HZ for i in range(20, len(loud)) if loud[i] and not any(loud[i - 20:i])]


def av_offsets_ms(path):
    """Beep after flash in ms (below 0: sound early), for each flash that has its beep."""
    beeps = _beep_times(path)
    offsets = []
    for flash in _flash_times(path):
        nearest = min(beeps, key=lambda beep: abs(beep - flash), default=None)
        if nearest is not None and abs(nearest - flash) < 0.4:
            offsets.append((nearest - flash) * 1000)
    return offsets


def in_sync(path, marks=2, limit_ms=45):
    offsets = av_offsets_ms(path)
    check(len(offsets) >= marks, f"only {len(offsets)} pairs of flash and beep in {path}")
    for offset in offsets:
        within(offset, -limit_ms, limit_ms, f"beep after flash in ms in {path} (all: {offsets})")
