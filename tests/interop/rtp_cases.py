# SPDX-License-Identifier: Apache-2.0
"""Our RTP payload formats against ffmpeg's and GStreamer's, both ways, on plain UDP."""
import re
import socket

from checks import beside, check, equal, within
from peers import free_port, until
from servers import need

_ENCODERS = {
    "h264": ["-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-g", "30", "-bsf:v", "dump_extra=freq=k"],
    "h265": ["-c:v", "libx265", "-preset", "ultrafast", "-tune", "zerolatency", "-g", "30",
             "-x265-params", "log-level=none:repeat-headers=1"],
}


def _udp_port():
    """An even one whose odd neighbour is free too: ffmpeg takes that for RTCP."""
    return free_port(socket.SOCK_DGRAM)


def _listens(port):
    with open("/proc/net/udp", encoding="ascii") as table:
        return any(line.split()[1].endswith(f":{port:04X}") for line in table.readlines()[1:])


def _sdp(stage, kind, port, encoding, fmtp):
    path = stage.path("stream.sdp")
    lines = ["v=0", "o=- 0 0 IN IP4 127.0.0.1", "s=onair", "c=IN IP4 127.0.0.1", "t=0 0",
             f"m={kind} {port} RTP/AVP 96", f"a=rtpmap:96 {encoding}"] + ([f"a=fmtp:96 {fmtp}"] if fmtp else [])
    path.write_text("\r\n".join(lines) + "\r\n")
    return path


def _ffmpeg_reads(stage, codec, kind, encoding, fmtp, sent, wanted):
    ffmpeg, port = need("ffmpeg", "ffmpeg"), _udp_port()
    out = stage.path("seen.crc")
    reader = stage.start("ffmpeg", [
        ffmpeg, "-hide_banner", "-loglevel", "warning", "-protocol_whitelist", "file,udp,rtp",
        "-i", _sdp(stage, kind, port, encoding, fmtp), f"-frames:{kind[0]}", str(wanted), "-fps_mode", "passthrough",
        "-f", "framecrc", out])
    until("ffmpeg listens", lambda: _listens(port))
    stage.start("send", [stage.bin / "onair-rtp-peer", "send", codec, str(port), str(sent)]).done()
    run = reader.done(30)
    complaints = re.findall(r".*(?:error|conceal|missed|corrupt|invalid).*", run.stderr, re.IGNORECASE)
    check(not complaints, "\n".join(complaints[:10]))
    lines = [line for line in out.read_text().splitlines() if not line.startswith("#")]
    equal(len(lines), wanted, "frames that ffmpeg decoded")
    return lines


@beside
def rtp_ffmpeg_reads_our_h264(stage):
    _ffmpeg_reads(stage, "h264", "video", "H264/90000", "packetization-mode=1", 150, 120)


@beside
def rtp_ffmpeg_reads_our_h265(stage):
    _ffmpeg_reads(stage, "h265", "video", "H265/90000", "", 150, 120)


@beside
def rtp_ffmpeg_reads_our_opus(stage):
    _ffmpeg_reads(stage, "opus", "audio", "opus/48000/2", "", 300, 200)


def _receive(stage, codec, port, *config):
    ours = stage.start("ours", [stage.bin / "onair-rtp-peer", "receive", codec, str(port), *config])
    until("our peer is ready", lambda: "ready" in ours.said())
    return ours


def _counts(run):
    said = re.search(r"packets (\d+) frames (\d+) decoded (\d+) malformed (\d+) keys (\d+) lost (\d+)", run.stdout)
    check(said, f"no counts: {run.stdout} {run.stderr}")
    return dict(zip(("packets", "frames", "decoded", "malformed", "keys", "lost"), map(int, said.groups())))


def _all_decoded(counts, frames):
    equal(counts["malformed"], 0, "malformed")
    equal(counts["lost"], 0, "lost")
    within(counts["frames"], frames, frames, "frames")
    equal(counts["decoded"], frames, "decoded")


def _ffmpeg_sends_video(stage, codec):
    ffmpeg, port = need("ffmpeg", "ffmpeg"), _udp_port()
    ours = _receive(stage, codec, port)
    stage.start("ffmpeg", [ffmpeg, "-hide_banner", "-loglevel", "error", "-re", "-f", "lavfi",
                           "-i", "testsrc2=size=640x360:rate=30", "-pix_fmt", "yuv420p", *_ENCODERS[codec],
                           "-frames:v", "90", "-f", "rtp", f"rtp://127.0.0.1:{port}?pkt_size=1200"]).done()
    counts = _counts(ours.done())
    _all_decoded(counts, 90)
    equal(counts["keys"], 3, "key frames")
    check(counts["packets"] > 200, f"fragments: {counts}")


@beside
def rtp_we_read_ffmpegs_h264(stage):
    _ffmpeg_sends_video(stage, "h264")


@beside
def rtp_we_read_ffmpegs_h265(stage):
    _ffmpeg_sends_video(stage, "h265")


def _ffmpeg_sends_sound(stage, codec, options, config=lambda sdp: []):
    ffmpeg, port = need("ffmpeg", "ffmpeg"), _udp_port()
    argv = [ffmpeg, "-hide_banner", "-loglevel", "error", "-re", "-f", "lavfi",
            "-i", "sine=frequency=440:sample_rate=48000:duration=2", "-ac", "2", *options, "-f", "rtp"]
    # A first run for its SDP alone, which nobody listens to.
    sdp = stage.path("sound.sdp")
    stage.start("describe", [*argv[:4], *argv[5:], "-sdp_file", sdp, f"rtp://127.0.0.1:{_udp_port()}"]).done()
    ours = _receive(stage, codec, port, *config(sdp.read_text()))
    stage.start("ffmpeg", [*argv, f"rtp://127.0.0.1:{port}"]).done()
    return _counts(ours.done())


@beside
def rtp_we_read_ffmpegs_opus(stage):
    counts = _ffmpeg_sends_sound(stage, "opus", ["-c:a", "libopus"])
    _all_decoded(counts, counts["packets"])
    within(counts["frames"], 100, 102, "frames of 20 ms in two seconds")


@beside
def rtp_we_read_ffmpegs_latm(stage):
    counts = _ffmpeg_sends_sound(stage, "latm", ["-c:a", "aac", "-rtpflags", "latm"],
                                 lambda sdp: [re.search(r"config=([0-9a-fA-F]+)", sdp)[1].lower()])
    _all_decoded(counts, counts["packets"])
    within(counts["frames"], 94, 96, "frames of 1024 samples in two seconds")


@beside
def rtp_we_read_gstreamers_h264(stage):
    gst, ffmpeg, port = need("gst-launch-1.0", "gstreamer1.0-tools"), need("ffmpeg", "ffmpeg"), _udp_port()
    clip = stage.path("clip.mp4")
    stage.start("clip", [ffmpeg, "-hide_banner", "-loglevel", "error", "-f", "lavfi", "-i",
                         "testsrc2=size=640x360:rate=30", "-pix_fmt", "yuv420p", "-c:v", "libx264", "-preset",
                         "ultrafast", "-tune", "zerolatency", "-g", "30", "-frames:v", "90", clip]).done()
    for mode in ("none", "zero-latency"):
        ours = _receive(stage, "h264", port)
        stage.start("gst", [gst, "-q", "filesrc", f"location={clip}", "!", "qtdemux", "!", "rtph264pay",
                            "config-interval=-1", f"aggregate-mode={mode}", "mtu=1200", "!", "udpsink",
                            "host=127.0.0.1", f"port={port}", "sync=true"]).done()
        counts = _counts(ours.done())
        _all_decoded(counts, 90)
        equal(counts["keys"], 3, "key frames")
