# SPDX-License-Identifier: Apache-2.0
"""Two hosts joined by an emulated link: publishers on the near one, nginx-rtmp and viewers on the far one.

The emulator is a program that stands beside the project and is not part of it: ONAIR_LINKEM names
its source, else it is looked for in ../shared. Without it, without root or without TUN the cases skip.
"""
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess

from checks import Skipped, run_tool
from peers import Process, until
from servers import NGINX_MODULES, need

ROOT = pathlib.Path(__file__).resolve().parents[2]
_SOURCE = pathlib.Path(os.environ.get("ONAIR_LINKEM", ROOT.parent / "shared/tools/linkem/linkem.cpp"))
_ARRIVALS = pathlib.Path(__file__).with_name("arrivals.py")


def need_emulator():
    """Skips where no link can be made; answers the compiler for the emulator."""
    if not _SOURCE.exists():
        raise Skipped(f"no link emulator (ONAIR_LINKEM or {_SOURCE})")
    if os.geteuid() != 0 or not pathlib.Path("/dev/net/tun").exists():
        raise Skipped("network namespaces want root and /dev/net/tun")
    compiler = next(filter(None, map(shutil.which, ("c++", "g++", "clang++"))), None)
    if not compiler:
        raise Skipped("no C++ compiler for the link emulator")
    need("ip", "iproute2")
    return compiler


def _build(stage):
    compiler = need_emulator()
    program = stage.path("linkem")
    run_tool([compiler, "-std=c++20", "-O2", "-o", str(program), str(_SOURCE)], limit_s=60)
    return program


def _say(*argv):
    """What a tool prints; nothing while what it asks for is not there yet."""
    return subprocess.run(argv, capture_output=True, text=True, timeout=5).stdout


class Link:
    """Up to its end the far host runs nginx-rtmp. Use as a context, so that no namespace stays."""

    def __init__(self, stage, up, down="rate=20000,delay=25,queue=300", net=0, limit_s=120):
        self.stage = stage
        self.name = f"oi{os.getpid() % 10000}{net}"
        self.log = stage.path(f"link{net}.csv")
        self.near_ip, self.far_ip = f"10.77.{net}.1", f"10.77.{net}.2"
        self.process = stage.start("linkem", [
            _build(stage), "--name", self.name, "--net", str(net), "--limit", str(limit_s), "--log", self.log,
            "--ab", up, "--ba", down, "--", "sleep", str(limit_s)])

    def __enter__(self):
        until("the link is up", lambda: self.far_ip in _say("ip", "-n", f"{self.name}-b", "-br", "addr"))
        self._start_nginx()
        return self

    def __exit__(self, *_):
        for process in self.stage.processes:
            if process is not self.process and process.argv[:4] == ["ip", "netns", "exec", process.argv[3]] \
                    and process.argv[3].startswith(self.name):
                process.kill()
        self.process.send(signal.SIGTERM)
        self.process.popen.wait(10)

    def near(self, name, argv, **environment):
        return self._on("a", name, argv, environment)

    def far(self, name, argv, **environment):
        return self._on("b", name, argv, environment)

    @property
    def near_prefix(self):
        """What runs a command on the near host."""
        return ["ip", "netns", "exec", f"{self.name}-a"]

    def _on(self, side, name, argv, environment) -> Process:
        return self.stage.start(name, ["ip", "netns", "exec", f"{self.name}-{side}", *argv], **environment)

    def _start_nginx(self):
        program = need("nginx", "nginx-light")
        module = next((path for folder in NGINX_MODULES
                       if (path := pathlib.Path(folder) / "ngx_rtmp_module.so").exists()), None)
        if not module:
            raise Skipped("nginx has no RTMP module (Debian package libnginx-mod-rtmp)")
        config, self.nginx_log = (self.stage.path(f"{self.name}.{end}") for end in ("conf", "log"))
        config.write_text(f"""
load_module {module};
daemon off; master_process off; pid {self.stage.path(self.name + ".pid")}; error_log {self.nginx_log} info;
events {{ worker_connections 64; }}
rtmp {{ access_log off; server {{ listen {self.far_ip}:1935; application live {{ live on; }} }} }}
""")
        self.far("nginx", [program, "-p", self.stage.folder, "-c", config, "-e", self.nginx_log])
        sockets = ("ip", "netns", "exec", f"{self.name}-b", "cat", "/proc/net/tcp")
        until("nginx listens", lambda: ":078F" in _say(*sockets))  # Port 1935.

    def url(self, key):
        return f"rtmp://{self.far_ip}/live/{key}"

    def until_live(self, key, limit_s=15):
        until(f"'{key}' is published", lambda: f"publish: name='{key}'" in self.nginx_log.read_text(), limit_s)

    def viewer(self, key, seconds):
        """Our player on the far host; its report is `view-<key>.json`."""
        return self.far(f"view-{key}", self.stage.ours(
            "play", self.url(key), "--headless", "--quiet", "--buffer", "auto", "--duration", str(seconds),
            "--report", self.stage.path(f"view-{key}.json")))

    def arrivals(self, key, seconds):
        """Notes on the far host when each picture came; read with `delays()`."""
        return self.far(f"arrivals-{key}", ["python3", "-B", _ARRIVALS, self.url(key), str(seconds),
                                            self.stage.path(f"arrivals-{key}.json")])

    def delays(self, key):
        return Delays(json.loads(self.stage.path(f"arrivals-{key}.json").read_text()))


class Delays:
    """When pictures reached a viewer. A tag's time is its publisher's clock of capture, so arrival
    less tag time is the delay but for a constant: the least one of the run counts as zero."""

    def __init__(self, rows):
        self.begin = rows[0]["at"]
        least = min(row["at"] - row["ts"] for row in rows)
        self.rows = [(row["at"] - self.begin, (row["at"] - row["ts"] - least) * 1000) for row in rows]

    def ms(self, from_s=0.0, to_s=float("inf")):
        return [delay for at, delay in self.rows if from_s <= at < to_s]

    def quantile(self, share, from_s=0.0, to_s=float("inf")):
        found = sorted(self.ms(from_s, to_s))
        return found[min(len(found) - 1, int(share * len(found)))] if found else None

    def pictures(self):
        return len(self.rows)

    def longest_gap_ms(self):
        times = [at for at, _ in self.rows]
        return max((b - a) * 1000 for a, b in zip(times, times[1:]))


def ffmpeg_clip_push(link, clip, url, kbps):
    """ffmpeg goes live with a file at a fixed rate, as its manual tells."""
    return link.near("ffmpeg-push", [
        need("ffmpeg", "ffmpeg"), "-v", "error", "-re", "-stream_loop", "-1", "-i", clip, "-c:v", "libx264", "-preset",
        "veryfast", "-tune", "zerolatency", "-b:v", f"{kbps}k", "-maxrate", f"{kbps}k", "-bufsize", f"{kbps // 2}k",
        "-g", "60", "-c:a", "aac", "-b:a", "64k", "-f", "flv", url])


def our_push(link, clip, url, kbps, name="publish", options=()):
    stage = link.stage
    return link.near(name, stage.ours(
        "publish", "--input", clip, "--loop", "--size", "1280x720", "--bitrate", str(kbps), "--quiet", "--to", url,
        "--report", stage.path(f"{name}.json"), "--trace", stage.path(f"{name}.trace"), *options))


def noisy_clip(stage, seconds=20):
    """A clip that needs all the bits it is given, for a link."""
    need_emulator()
    clip = stage.path("clip.mp4")
    run_tool([need("ffmpeg", "ffmpeg"), "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=1280x720:rate=30", "-f", "lavfi",
              "-i", "sine=frequency=440:sample_rate=48000", "-t", str(seconds), "-vf", "noise=alls=24:allf=t", "-c:v",
              "libx264", "-preset", "ultrafast", "-crf", "26", "-pix_fmt", "yuv420p", "-c:a", "aac", str(clip)], limit_s=60)
    return clip


def capacity_kbps(log):
    """Mean capacity and what was carried, near to far, from the link's own log."""
    rows = [row.split(",") for row in log.read_text().splitlines()[1:]]
    up = [(float(row[2]), float(row[3])) for row in rows if row[1] == "ab" and re.match(r"[\d.]+$", row[2])]
    return sum(c for c, _ in up) / len(up), sum(d for _, d in up) / len(up)
