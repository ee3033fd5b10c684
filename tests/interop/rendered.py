# SPDX-License-Identifier: Apache-2.0
"""From the screen that a publisher captures to the screen that a viewer sees, by the wall clock.

A film on one virtual screen carries in each picture the time at which it went up (stamped_film.py). Everybody captures
that screen; our player shows what arrives on a second one; a watcher reads the stamps there and notes the time
(render_watch.py). The difference is capture to render, with all that lies between: the wait for the next grab, encoder,
network, server, buffer, decoder, window. It trusts no word of any program on the way.
"""
import ctypes
import pathlib
from collections import namedtuple

from checks import Skipped, check, run_tool
from peers import until
from servers import need, screen

SIZE = "640x360"
FROZEN_MS = 150  # As the player's report counts freeze_percent.
_HERE = pathlib.Path(__file__).resolve().parent
# The window is drawn as a phone draws it, without a graphics card played by the processor.
WINDOW = {"SDL_VIDEODRIVER": "x11", "SDL_AUDIODRIVER": "dummy", "SDL_RENDER_DRIVER": "software"}

Shown = namedtuple("Shown", "at utc_ms number stamp_ms")  # `at`: time.monotonic() in seconds.


def stamped_screen(stage, seconds=8):
    """A screen with a film that needs all the bits it is given; its display."""
    try:
        ctypes.CDLL("libX11.so.6")
    except OSError:
        raise Skipped("libX11 is not installed (Debian package libx11-6)") from None
    film = stage.path("film.raw")
    run_tool([need("ffmpeg", "ffmpeg"), "-v", "error", "-f", "lavfi", "-i", f"testsrc2=size={SIZE}:rate=30", "-t",
              str(seconds), "-vf", "noise=alls=24:allf=t", "-pix_fmt", "bgr0", "-f", "rawvideo", str(film)], limit_s=60)
    display = screen(stage, SIZE, "xvfb-source")
    stage.start("film", ["python3", "-B", _HERE / "stamped_film.py", display, film])
    return display


def watch(stage, display, name="watch"):
    """Notes what stands on the display from now on, for `Rendered`."""
    path = stage.path(f"{name}.txt")
    stage.start(name, ["python3", "-B", _HERE / "render_watch.py", display, path])
    until("the screen is watched", path.exists)
    return path


def window(stage, url, seconds, buffer="auto", start=None):
    """Our player in a window that fills a screen of its own; (process, display). Its report is `window.json`."""
    display = screen(stage, SIZE, "xvfb-window")
    argv = stage.ours("play", url, "--quiet", "--buffer", buffer, "--duration", f"{seconds:.1f}", "--report",
                      stage.path("window.json"))
    return (start or stage.start)("window", argv, DISPLAY=display, **WINDOW), display


class Rendered:
    """The pictures that stood on a screen in [from_s, to_s) of time.monotonic()."""

    def __init__(self, path, from_s=0.0, to_s=float("inf")):
        rows = [row.split() for row in path.read_text().splitlines()]
        rows = [row for row in rows if from_s <= float(row[0]) < to_s]
        self.unreadable = sum(len(row) == 2 for row in rows)
        self.shown = [Shown(float(row[0]), float(row[1]), int(row[2]), int(row[3])) for row in rows if len(row) == 4]
        check(self.shown, f"no picture was shown ({self.unreadable} without a stamp)")
        self._edges = [edge for edge in (from_s, to_s) if 0 < edge < float("inf")]

    def delay_ms(self, share):
        """The quantile of capture to render over the pictures."""
        found = sorted(row.utc_ms - row.stamp_ms for row in self.shown)
        return found[min(len(found) - 1, int(share * len(found)))]

    def _gaps_ms(self):
        times = sorted([row.at for row in self.shown] + self._edges)
        return [(b - a) * 1000 for a, b in zip(times, times[1:])]

    def longest_gap_ms(self):
        return max(self._gaps_ms())

    def frozen_percent(self):
        """Share of the time that lies in gaps of more than FROZEN_MS."""
        gaps = self._gaps_ms()
        return 100 * sum(gap for gap in gaps if gap > FROZEN_MS) / sum(gaps)
