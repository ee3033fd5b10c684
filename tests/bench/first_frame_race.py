#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The first picture: players side by side on the same streams, from the start of the process to the picture on the screen.

usage: first_frame_race.py BIN_DIR [--joins 9] [--links loopback far] [--players TEXT ...] [--json FILE]

One film (720p30 at 2500 kbit/s, a key frame each 2 s, a stamp in each picture) goes to all servers at once; the players
join in turn, each at a random moment of the film, and a watcher looks at the pixels of their screen (first_frame_watch.py).
Three rows are measured otherwise and say so: `floor, decoded` and `onair-play --headless` have no screen and end at the
decoded picture and at its hand-over to a display; the rows of Chromium begin at the script of a page that is open.
The floor is first_frame_floor.cc: a socket, one request, FFmpeg's decoder, and the picture put on the screen.

far: an emulated link (round trip 50 ms, 5 Mbit/s, 300 ms of queue) between servers and players; needs the emulator
(ONAIR_LINKEM names its source), root and TUN, and is skipped without. Sources: HTTP-FLV, RTMP and WebRTC of our edge, HTTP-FLV
of node-media-server, RTMP of nginx-rtmp, which has no cache of the newest GOP, so that a join waits for a key frame.

Whoever is missing is skipped and named. Debian: xvfb ffmpeg mpv vlc-bin vlc-plugin-base vlc-plugin-video-output
gstreamer1.0-tools gstreamer1.0-plugins-good gstreamer1.0-plugins-bad gstreamer1.0-libav gstreamer1.0-x nginx-light
libnginx-mod-rtmp libx11-dev chromium. npm: `npm install --prefix DIR node-media-server@4.4.3 mpegts.js@1.8.2`, DIR told by
ONAIR_RACE_NPM; `npm ci` in tests/interop/browser.
"""
import argparse
import contextlib
import json
import os
import pathlib
import random
import shutil
import statistics
import sys
import time

_HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(_HERE.parent / "interop"))

from browser import Browser, need_browser  # noqa: E402
from checks import Failed, Skipped, run_tool  # noqa: E402
from first_frame_players import Decoded, Paged, Place, native_players  # noqa: E402
from links import Link  # noqa: E402
from peers import Stage, free_port, listens, until  # noqa: E402
from servers import Nginx, need, screen  # noqa: E402

SIZE, FILM_S, GOP_S, LIMIT_S = "1280x720", 20, 2, 10
LINKS = {"loopback": None, "far": ("rate=20000,delay=25,queue=300", "rate=5000,delay=25,queue=300")}
PROTOCOLS = {"flv": "HTTP-FLV", "rtmp": "RTMP", "rts": "WebRTC", "whep": "WebRTC"}
KIOSK = ("--kiosk", "--window-position=0,0", "--window-size=1280,720", "--disable-gpu", "--allow-file-access-from-files")


class Host:
    """Where the servers run: this machine, or the far end of a link."""

    def __init__(self, stage, link=None):
        self.stage, self.link = stage, link
        self.ip = link.far_ip if link else "127.0.0.1"
        self.namespace = f"{link.name}-a" if link else None
        self.near_prefix = link.near_prefix if link else ()

    def start(self, name, argv):
        return self.link.far(name, argv) if self.link else self.stage.start(name, argv)

    def until_listens(self, process, port):
        """Also where /proc shows another host's sockets."""
        table = pathlib.Path(f"/proc/{process.popen.pid}/net/tcp")
        until(f"{process.name} listens", lambda: listens(port) if not self.link else f":{port:04X} " in table.read_text())


def start_edge(host):
    process = host.start("edge", host.stage.ours("edge", "--rtmp", "0", "--http", "0", "--listen", host.ip, "--quiet"))
    line = until("the edge is ready", lambda: next(
        (row for row in process.out.read_text().splitlines() if row.startswith("ready ")), None))
    ready = dict(word.split("=", 1) for word in line.split()[1:])
    return {"push": f"rtmp://{ready['rtmp']}/live/a", "flv": f"http://{ready['http']}/live/a.flv",
            "rtmp": f"rtmp://{ready['rtmp']}/live/a", "rts": f"rts://{ready['http']}/live/a",
            "whep": f"http://{ready['http']}/rtc/v1/whep/?app=live&stream=a"}


def start_nms(host):
    """node-media-server, its files in the stage's folder."""
    app = _npm() / "node-media-server/bin/app.js"
    if not app.exists():
        raise Skipped(f"no {app} (npm node-media-server, see ONAIR_RACE_NPM)")
    rtmp, http = free_port(), free_port()
    folder = host.stage.path("nms")
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps({
        "bind": "0.0.0.0", "rtmp": {"port": rtmp}, "http": {"port": http}, "notify": {"url": ""},
        "store": {"path": str(folder / "data")}, "auth": {"play": False, "publish": False}, "record": {"path": ""}}))
    process = host.start("nms", [need("node", "nodejs"), app, "-c", folder / "config.json", "--no-admin"])
    for port in (rtmp, http):
        host.until_listens(process, port)
    return {"push": f"rtmp://{host.ip}:{rtmp}/live/a", "flv": f"http://{host.ip}:{http}/live/a.flv"}


def start_nginx(host):
    url = f"rtmp://{host.link.far_ip}:1935/live/a" if host.link else Nginx(host.stage).rtmp + "/a"
    return {"push": url, "rtmp": url}


def _npm():
    return pathlib.Path(os.environ.get("ONAIR_RACE_NPM", _HERE)) / "node_modules"


def make_film(stage):
    film = stage.path("film.mp4")
    stage.run("film", stage.ours("publish", "--input", "test", "--size", SIZE, "--bitrate", "2500", "--gop", str(GOP_S), "--quiet",
                                 "--duration", str(FILM_S), "--to", f"file:{film}"), FILM_S + 10)
    return film


def push(host, film, url, name):
    host.start(f"push-{name}", [need("ffmpeg", "ffmpeg"), "-v", "error", "-re", "-stream_loop", "-1", "-i", film, "-c", "copy",
                                "-f", "flv", url])


def pages(stage, host, display):
    """An open browser with our page beside its scripts."""
    need_browser()
    folder = stage.path("page")
    folder.mkdir()
    mpegts = _npm() / "mpegts.js/dist/mpegts.js"
    if not mpegts.exists():
        raise Skipped(f"no {mpegts} (npm mpegts.js, see ONAIR_RACE_NPM)")
    for file in (_HERE / "first_frame.html", _HERE.parents[1] / "samples/edge/page/rtc.js", mpegts):
        shutil.copy(file, folder)
    return Browser(stage, folder / "first_frame.html", start=host.near_prefix, arguments=KIOSK, display=display)


class Race:
    """One link's rounds: rows of (source, protocol, player) to joins in ms, and what was skipped."""

    def __init__(self, place, sources, players, joins):
        self.rows = [(source, protocol, urls[protocol], player) for protocol in PROTOCOLS for source, urls in sources.items()
                     if protocol in urls for player in players if protocol in player.protocols]
        self._place, self._joins = place, joins
        self.took = {row: [] for row in self.rows}
        self.failed = {row: [] for row in self.rows}

    def run(self):
        for turn in range(self._joins):
            for row in random.sample(self.rows, len(self.rows)):
                if len(self.failed[row]) > 2 > len(self.took[row]):
                    continue  # It cannot; the others' time is not wasted on it.
                time.sleep(random.uniform(0, GOP_S))
                try:
                    self.took[row].append(row[3].join_ms(self._place, row[2], LIMIT_S))
                except Failed as reason:
                    self.failed[row].append(str(reason))
            print(f"round {turn + 1} of {self._joins}, load {os.getloadavg()[0]:.1f}", file=sys.stderr, flush=True)


    def table(self):
        """A row each: source, player, median, p95, least, joins, joins without a picture."""
        for row in self.rows:
            took = sorted(self.took[row])
            known = [f"{value:.0f}" for value in (statistics.median(took), took[min(len(took) - 1, int(0.95 * len(took)))],
                                                  took[0])] if took else ["-"] * 3
            yield f"{PROTOCOLS[row[1]]}, {row[0]}", row[3].name, *known, str(len(took)), str(len(self.failed[row]))

    def json(self):
        return [{"source": row[0], "protocol": row[1], "player": row[3].name, "ms": self.took[row], "failed": self.failed[row]}
                for row in self.rows]


def _or_skip(what, make):
    try:
        return make()
    except Skipped as reason:
        print(f"skipped: {what}: {reason}", flush=True)
        return None


def start_servers(host, film):
    sources = {}
    for name, start in (("onair-edge", start_edge), ("node-media-server", start_nms), ("nginx-rtmp", start_nginx)):
        if urls := _or_skip(name, lambda start=start: start(host)):
            push(host, film, urls.pop("push"), name)
            sources[name] = urls
    time.sleep(3 * GOP_S)  # A whole GOP in each cache.
    return sources


def present(players):
    for player in players:
        if _or_skip(player.name, lambda player=player: player.need() or player):
            yield player


def race(stage, host, asked):
    film = make_film(stage)
    sources = start_servers(host, film)
    place = Place(stage, screen(stage, SIZE, "xvfb"), host.namespace)
    players = list(present(native_players(stage)))
    with contextlib.ExitStack() as stack:
        display = screen(stage, SIZE, "xvfb-browser")
        if browser := _or_skip("Chromium", lambda: stack.enter_context(pages(stage, host, display))):
            players += [Paged("Chromium + mpegts.js, page open", browser, display, "play", ("flv",)),
                        Paged("Chromium, page open", browser, display, "watch", ("whep",))]
        players = [player for player in players if not asked.players or any(word in player.name for word in asked.players)]
        run = Race(place, sources, players, asked.joins)
        run.run()
    floor = next((player for player in players if isinstance(player, Decoded)), None)
    if floor and floor.key_bytes:
        print(f"key frames: {statistics.median(floor.key_bytes) / 1000:.0f} kB at the median")
    return run


def run_link(name, asked):
    with Stage(asked.bin) as stage, contextlib.ExitStack() as stack:
        ways = LINKS[name]
        link = stack.enter_context(Link(stage, *ways, limit_s=3600)) if ways else None
        run = race(stage, Host(stage, link), asked)
    print(f"{name}, first picture in ms, {asked.joins} joins, load {os.getloadavg()[0]:.1f}")
    rows = [("source", "player", "median", "p95", "least", "joins", "none"), *run.table()]
    for row in rows:
        print(f"{row[0]:<29}{row[1]:<33}" + "".join(f"{word:>8}" for word in row[2:]), flush=True)
    return run.json()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bin", help="the folder of the built programs")
    parser.add_argument("--joins", type=int, default=9)
    parser.add_argument("--links", nargs="+", default=list(LINKS), choices=list(LINKS))
    parser.add_argument("--players", nargs="+", help="those with one of these words in their names")
    parser.add_argument("--json", help="a file for all that was measured")
    asked = parser.parse_args()
    random.seed(1)
    found = {}
    for name in asked.links:
        try:
            found[name] = run_link(name, asked)
        except Skipped as reason:
            print(f"skipped: {name}: {reason}", flush=True)
    if asked.json:
        pathlib.Path(asked.json).write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
