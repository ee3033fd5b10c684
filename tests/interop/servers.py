# SPDX-License-Identifier: Apache-2.0
"""The peers: our edge, nginx with its RTMP module, ffmpeg, a virtual screen."""
import json
import pathlib
import re
import shutil
import socket
import subprocess

from checks import Skipped, check, equal
from peers import free_port, get, listens, until

NGINX_MODULES = ("/usr/lib/nginx/modules", "/usr/lib64/nginx/modules", "/usr/share/nginx/modules")


def need(program, package):
    path = shutil.which(program) or shutil.which(program, path="/usr/sbin:/usr/local/sbin")
    if not path:
        raise Skipped(f"{program} is not installed (Debian package {package})")
    return path


def aiortc_python():
    """The Python that has Debian's packages."""
    if subprocess.run(["/usr/bin/python3", "-c", "import aiortc"], capture_output=True, timeout=20).returncode != 0:
        raise Skipped("aiortc is not installed (Debian package python3-aiortc)")
    return "/usr/bin/python3"


def own_address():
    """This machine's address towards others: some peers refuse loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("198.51.100.1", 9))  # Sends nothing.
        except OSError:
            raise Skipped("this machine has no address but loopback") from None
        return probe.getsockname()[0]


def need_gstreamer_webrtc():
    need("gst-inspect-1.0", "gstreamer1.0-tools")
    for element, package in (("webrtcbin", "gstreamer1.0-plugins-bad"), ("nicesrc", "gstreamer1.0-nice")):
        if subprocess.run(["gst-inspect-1.0", element], capture_output=True, timeout=20).returncode != 0:
            raise Skipped(f"GStreamer has no {element} (Debian package {package})")
    bindings = "import gi; gi.require_version('GstWebRTC', '1.0'); from gi.repository import Gst, GstWebRTC"
    if subprocess.run(["/usr/bin/python3", "-c", bindings], capture_output=True, timeout=20).returncode != 0:
        raise Skipped("Python has no GStreamer (Debian packages python3-gst-1.0, gir1.2-gst-plugins-bad-1.0)")


class Edge:
    """onair-edge on free ports, or on given ones."""

    def __init__(self, stage, *options, rtmp=0, http=0, scheme=("rtmp", "http")):
        self.process = stage.start("edge", stage.ours("edge", "--rtmp", str(rtmp), "--http", str(http), "--quiet",
                                                      "--report", stage.path("edge.json"), *options))
        ready = until("the edge is ready", lambda: self._ready() or not self.process.is_running())
        if ready is True:
            raise AssertionError("the edge ended: " + self.process.said())
        self.rtmp_port, self.http_port = int(ready[1]), int(ready[2])
        self.rtmp = f"{scheme[0]}://127.0.0.1:{self.rtmp_port}/live"
        self.http = f"{scheme[1]}://127.0.0.1:{self.http_port}"

    def _ready(self):
        return re.search(r"^ready rtmp=\S+:(\d+) http=\S+:(\d+)(?: rtc=\S+)?\n", self.process.out.read_text(), re.M)

    def flv(self, name):
        return f"{self.http}/live/{name}.flv"

    def streams(self):
        status, text = get(self.http + "/api/streams")
        return {stream["stream"]: stream for stream in json.loads(text)["streams"]} if status == 200 else {}

    def is_live(self, name):
        """Publishing, with both tracks known and media in it."""
        stream = self.streams().get(name, {})
        return stream.get("publishing") and stream["video"] and stream["audio"] and stream["bytes_in"] > 0

    def until_live(self, name, limit_s=10):
        until(f"'{name}' is live at the edge", lambda: self.is_live(name), limit_s)

    def metrics(self):
        """{name with labels: value}"""
        rows = [row.rsplit(" ", 1) for row in get(self.http + "/metrics")[1].splitlines() if row[0] != "#"]
        return {name: float(value) for name, value in rows}


class Nginx:
    """nginx-rtmp in the foreground, all its files in the stage's folder."""

    def __init__(self, stage, wait_key="on"):
        program = need("nginx", "nginx-light")
        module = next((path for folder in NGINX_MODULES
                       if (path := pathlib.Path(folder) / "ngx_rtmp_module.so").exists()), None)
        if not module:
            raise Skipped("nginx has no RTMP module (Debian package libnginx-mod-rtmp)")
        self.port, self.http_port = free_port(), free_port()
        self.log = stage.path("nginx.log")
        stage.path("nginx.conf").write_text(f"""
load_module {module};
daemon off; master_process off; pid {stage.path("nginx.pid")}; error_log {self.log} info;
events {{ worker_connections 64; }}
rtmp {{ access_log off; server {{
  listen 127.0.0.1:{self.port};
  application live {{ live on; wait_key {wait_key}; }}
}} }}
http {{ access_log off; client_body_temp_path {stage.folder}; server {{
  listen 127.0.0.1:{self.http_port};
  location /control {{ rtmp_control all; }}
}} }}
""")
        self.command = [program, "-p", stage.folder, "-c", stage.path("nginx.conf"), "-e", self.log]
        self._run(stage)
        self.rtmp = f"rtmp://127.0.0.1:{self.port}/live"

    def _run(self, stage):
        self.process = stage.start("nginx", self.command)
        until("nginx listens", lambda: listens(self.port))

    def die_and_come_back(self, stage):
        """Killed, then started again on its port, with an empty log."""
        self.process.kill()
        self.log.write_text("")
        self._run(stage)

    def drop_publisher(self, name):
        status, text = get(f"http://127.0.0.1:{self.http_port}/control/drop/publisher?app=live&name={name}")
        equal((status, text.strip()), (200, "1"), f"nginx's answer to dropping '{name}'")

    def until_live(self, name, limit_s=10):
        until(f"'{name}' is published to nginx", lambda: f"publish: name='{name}'" in self.log.read_text(), limit_s)


def ffmpeg_push(stage, url, seconds, *options, picture="testsrc2=size=640x360:rate=30"):
    """ffmpeg publishes a moving picture and a tone in real time."""
    ffmpeg = need("ffmpeg", "ffmpeg")
    return stage.start("ffmpeg-push", [
        ffmpeg, "-v", "error", "-re", "-f", "lavfi", "-i", picture, "-re", "-f", "lavfi", "-i",
        "sine=frequency=440:sample_rate=48000", "-t", str(seconds), "-c:v", "libx264", "-preset", "ultrafast",
        "-tune", "zerolatency", "-pix_fmt", "yuv420p", "-b:v", "800k", "-g", "30", "-c:a", "aac", "-ac", "2",
        *options, "-f", "flv", url])


def ffmpeg_record(stage, url, seconds, name="seen.mkv", *options):
    """ffmpeg takes a live stream as it comes into a file; the running process."""
    ffmpeg = need("ffmpeg", "ffmpeg")
    return stage.start("ffmpeg-record", [ffmpeg, "-v", "error", "-y", *options, "-i", url, "-t", str(seconds),
                                         "-map", "0", "-c", "copy", stage.path(name)])


def screen(stage, size="640x480", name="xvfb"):
    """A virtual screen; its display, such as ":3"."""
    xvfb = need("Xvfb", "xvfb")
    process = stage.start(name, [xvfb, "-displayfd", "1", "-screen", "0", f"{size}x24", "-nolisten", "tcp", "-noreset"])
    number = until("the screen is up", lambda: process.out.read_text().strip())
    return ":" + number


class Coturn:
    """coturn on one address of this host, all its files in the stage's folder."""

    def __init__(self, stage, *options, ip="127.0.0.1"):
        program = need("turnserver", "coturn")
        openssl = need("openssl", "openssl")
        self.port, self.tls_port = free_port(), free_port()
        cert, key = stage.path("turn.pem"), stage.path("turn.key")
        done = subprocess.run([openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                               "/CN=localhost", "-keyout", key, "-out", cert], capture_output=True, timeout=20)
        check(done.returncode == 0, done.stderr.decode())
        self.process = stage.start("coturn", [
            program, "-n", f"--listening-ip={ip}", f"--relay-ip={ip}", f"--listening-port={self.port}",
            f"--tls-listening-port={self.tls_port}", f"--cert={cert}", f"--pkey={key}", "--lt-cred-mech",
            "--user=user:secret", "--realm=onair.test", "--no-cli", "--allow-loopback-peers", "--no-dtls",
            "--log-file=stdout", f"--pidfile={stage.path('turn.pid')}", f"--userdb={stage.path('turn.db')}",
            "--verbose", *options])
        until("coturn listens", lambda: listens(self.port) or not self.process.is_running())
        check(self.process.is_running(), "coturn ended: " + self.process.said())

    def text(self):
        return self.process.out.read_text(errors="replace")
