# SPDX-License-Identifier: Apache-2.0
"""The players of first_frame_race.py: how each is started on a URL, and how the moment of its picture is known.

All show on the same kind of screen without a graphics card, so each gets the output that draws by plain X11
(SDL's software renderer, mpv's x11, VLC's xcb_x11, ximagesink), and no sound device. A player that is drawn
by OpenGL played by the processor would pay 50 to 200 ms more for a card that a user has.
"""
import contextlib
import ctypes
import json
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import sys
import time

from checks import Failed, Skipped
from peers import die_with_the_test

_HERE = pathlib.Path(__file__).resolve().parent
_CLONE_NEWNET = 0x40000000
_libc = ctypes.CDLL(None, use_errno=True)
SDL = {"SDL_VIDEODRIVER": "x11", "SDL_AUDIODRIVER": "dummy"}
# What onair-play finds by itself: no OpenGL where there is no card.
SDL_BY_ITSELF = {**SDL, "SDL_RENDER_DRIVER": "software", "SDL_FRAMEBUFFER_ACCELERATION": "0"}


class Place:
    """Where players run: a display, and a network namespace or None."""

    def __init__(self, stage, display, namespace=None):
        self.stage, self.display, self.namespace = stage, display, namespace

    def spawn(self, argv, name, as_nobody=False, **environment):
        """(process, time.monotonic() just before it was made)."""
        nobody = pwd.getpwnam("nobody")

        def enter():
            die_with_the_test()
            if self.namespace:
                with open(f"/run/netns/{self.namespace}", "rb") as file:
                    _libc.setns(file.fileno(), _CLONE_NEWNET)
            if as_nobody:
                os.setgid(nobody.pw_gid)
                os.setuid(nobody.pw_uid)
        argv = [str(part) for part in argv]
        said = self.stage.path(f"{name}.err")
        environment = {**os.environ, "DISPLAY": self.display, **environment}
        with open(said, "wb") as err:
            began = time.monotonic()
            return subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=err, env=environment,
                                    start_new_session=True, preexec_fn=enter), began


def end(process):
    """As its user would, so that it says goodbye; then by its group, which is of this race alone."""
    process.terminate()
    try:
        process.wait(1)
    except subprocess.TimeoutExpired:
        pass
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()


class Watch:
    """Looks at a display, or a box of it, for the next picture. Use as a context."""

    def __init__(self, display, box=()):
        argv = [sys.executable, "-B", _HERE / "first_frame_watch.py", display, ",".join(map(str, box))]
        self._process = subprocess.Popen(argv, text=True, stdout=subprocess.PIPE, preexec_fn=die_with_the_test)

    def __enter__(self):
        if self._process.stdout.readline() != "ready\n":
            raise Failed("the screen cannot be watched")
        return self

    def __exit__(self, *_):
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()

    def shown(self, limit_s):
        """(time.monotonic(), UTC in ms) at which the picture stood there."""
        deadline = time.monotonic() + limit_s
        while self._process.poll() is None:
            if time.monotonic() > deadline:
                raise Failed(f"no picture within {limit_s} s")
            time.sleep(0.01)
        return tuple(map(float, self._process.stdout.readline().split()))


class Shown:
    """A program that shows a URL on the screen; start of the process until a watcher sees the picture."""

    def __init__(self, name, program, arguments, protocols=("flv", "rtmp"), as_nobody=False, box=(), **environment):
        self.name, self.arguments, self.protocols, self.box = name, arguments, protocols, box
        self._program, self._as_nobody, self._environment = program, as_nobody, environment

    def need(self):
        if not shutil.which(self._program):
            raise Skipped(f"{self._program} is not installed")

    def join_ms(self, place, url, limit_s):
        argv = [self._program, *(part.replace("URL", url).replace("DISPLAY", place.display) for part in self.arguments)]
        with Watch(place.display, self.box) as watch:
            process, began = place.spawn(argv, "player", self._as_nobody, **self._environment)
            try:
                return (watch.shown(limit_s)[0] - began) * 1000
            finally:
                end(process)


class Decoded:
    """The floor without a screen: start of the process until it has decoded the picture, by the same clock."""
    name, protocols = "floor, decoded", ("flv", "rtmp")

    def __init__(self, stage):
        self._program, self.key_bytes = stage.bin / "first_frame_floor", []

    def need(self):
        if not self._program.exists():
            raise Skipped("first_frame_floor is not built (Debian package libx11-dev)")

    def join_ms(self, place, url, limit_s):
        process, began = place.spawn([self._program, url], "floor")
        try:
            out, _ = process.communicate(timeout=limit_s)
        except subprocess.TimeoutExpired:
            raise Failed(f"no picture within {limit_s} s") from None
        finally:
            end(process)
        if process.returncode != 0:
            raise Failed(place.stage.path("floor.err").read_text().strip())
        nanoseconds, size = map(int, out.split())
        self.key_bytes.append(size)
        return (nanoseconds / 1e9 - began) * 1000


class Headless:
    """Ours without a screen, beside `floor, decoded`: until the picture is handed to a display that only keeps time, as the
    player's own trace tells by the same clock."""
    name, protocols = "onair-play --headless", ("flv", "rtmp", "rts")

    def __init__(self, stage):
        self._trace = stage.path("headless.trace")
        self._argv = stage.ours("play", "--headless", "--quiet", "--frames", "1", "--duration", "20", "--trace", self._trace)

    def need(self):
        pass

    def join_ms(self, place, url, limit_s):
        process, began = place.spawn([*self._argv, url], "headless")
        try:
            process.wait(limit_s)
        except subprocess.TimeoutExpired:
            raise Failed(f"no picture within {limit_s} s") from None
        finally:
            end(process)
        opened = [event for event in json.loads(self._trace.read_text())
                  if event["name"] == "play.first_frame"]
        if not opened:
            raise Failed(place.stage.path("headless.err").read_text().strip() or "no picture")
        return (opened[0]["ts"] + opened[0]["dur"]) / 1000 - began * 1000


class Paged:
    """A page that is open already, in a browser on a screen of its own: its script's start until a watcher sees the picture."""

    def __init__(self, name, browser, display, function, protocols):
        self.name, self.protocols = name, protocols
        self._browser, self._display, self._function = browser, display, function

    def need(self):
        pass

    def join_ms(self, _, url, limit_s):
        try:
            with Watch(self._display, self._browser.call("box")) as watch:
                began_utc_ms = self._browser.call(self._function, url=url)
                return watch.shown(limit_s)[1] - began_utc_ms
        finally:
            self._browser.call("leave")


def native_players(stage):
    ours = str(stage.ours("play")[0])
    floor = str(stage.bin / "first_frame_floor")
    gst = ["-q", "{source}", "!", "flvdemux", "name=d", "d.video", "!", "h264parse", "!", "avdec_h264", "!", "videoconvert",
           "!", "ximagesink", "sync=false"]

    def gstreamer(source, protocol):
        return Shown(f"GStreamer {source[0]} ! flvdemux", "gst-launch-1.0",
                     [gst[0], *source, *gst[2:]], (protocol,))
    return [
        Decoded(stage), Headless(stage),
        Shown("floor, shown", floor, ["URL", "DISPLAY"]),
        Shown("onair-play", ours, ["URL", "--quiet"], ("flv", "rtmp", "rts"), box=OUR_BOX, **SDL),
        gstreamer(["souphttpsrc", "is-live=true", "location=URL"], "flv"),
        gstreamer(["rtmp2src", "location=URL"], "rtmp"),
        Shown("ffplay", "ffplay", ["-v", "error", "URL"], **SDL_BY_ITSELF),
        Shown("ffplay, tuned", "ffplay", ["-v", "error", *FFPLAY_TUNED, "URL"], ("flv",), **SDL_BY_ITSELF),
        Shown("mpv", "mpv", [*MPV, "URL"], ("flv",)),
        Shown("mpv, low-latency", "mpv", [*MPV, "--profile=low-latency", "URL"], ("flv",)),
        Shown("VLC", "vlc", [*VLC, "URL"], ("flv",), as_nobody=True, HOME="/tmp"),
        Shown("VLC, caching 300", "vlc", [*VLC, "--network-caching=300", "--live-caching=300", "URL"], ("flv",),
              as_nobody=True, HOME="/tmp"),
    ]


OUR_BOX = (160, 90, 960, 540)  # The window that onair-play opens on a screen of 1280x720.
FFPLAY_TUNED = ("-probesize", "32768", "-analyzeduration", "100000", "-fpsprobesize", "0")
MPV = ("--no-config", "--really-quiet", "--vo=x11", "--ao=null")
VLC = ("--intf", "dummy", "--quiet", "--vout", "xcb_x11", "--aout", "dummy", "--no-video-title-show", "--no-osd")
