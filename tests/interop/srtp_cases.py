# SPDX-License-Identifier: Apache-2.0
"""Our RTP transport with SRTP against ffmpeg's, both ways: libavformat has an SRTP of its own."""
import base64
import re

from checks import beside, check, equal, within
from peers import until
from rtp_cases import _listens, _udp_port
from servers import need

_KEY = bytes(range(1, 31))
_SUITE = "AES_CM_128_HMAC_SHA1_80"


def _counts(run):
    found = re.search(r"packets (\d+) lost (\d+) reports (\d+) forged (\d+) malformed (\d+)", run.stdout)
    check(found, f"counts in: {run.stdout}")
    return dict(zip(("packets", "lost", "reports", "forged", "malformed"), map(int, found.groups())))


@beside
def srtp_we_open_ffmpegs(stage):
    ffmpeg, port = need("ffmpeg", "ffmpeg"), _udp_port()
    ours = stage.start("ours", [stage.bin / "onair-srtp-peer", "receive", str(port), _KEY.hex()])
    until("our peer is ready", lambda: "ready" in ours.said())
    stage.start("ffmpeg", [
        ffmpeg, "-hide_banner", "-loglevel", "error", "-re", "-f", "lavfi", "-i",
        "testsrc2=size=640x360:rate=30", "-pix_fmt", "yuv420p", "-c:v", "libx264", "-preset", "ultrafast",
        "-tune", "zerolatency", "-frames:v", "90", "-f", "rtp", "-srtp_out_suite", _SUITE, "-srtp_out_params",
        base64.b64encode(_KEY).decode(), f"srtp://127.0.0.1:{port}?rtcpport={port}&pkt_size=1200"]).done()
    counts = _counts(ours.done())
    check(counts["packets"] > 200, f"packets: {counts}")
    check(counts["reports"] >= 1, f"reports of ffmpeg: {counts}")
    equal((counts["lost"], counts["forged"], counts["malformed"]), (0, 0, 0), "lost, forged, malformed")


@beside
def srtp_ffmpeg_opens_ours(stage):
    ffmpeg, port = need("ffmpeg", "ffmpeg"), _udp_port()
    sdp, out = stage.path("stream.sdp"), stage.path("heard.crc")
    sdp.write_text("\r\n".join([
        "v=0", "o=- 0 0 IN IP4 127.0.0.1", "s=onair", "c=IN IP4 127.0.0.1", "t=0 0", f"m=audio {port} RTP/SAVP 96",
        "a=rtpmap:96 opus/48000/2", f"a=crypto:1 {_SUITE} inline:{base64.b64encode(_KEY).decode()}"]) + "\r\n")
    reader = stage.start("ffmpeg", [
        ffmpeg, "-hide_banner", "-loglevel", "warning", "-protocol_whitelist", "file,udp,rtp,srtp", "-i", sdp,
        "-frames:a", "80", "-f", "framecrc", out])
    until("ffmpeg listens", lambda: _listens(port))
    ours = stage.start("ours", [stage.bin / "onair-srtp-peer", "send", str(port), _KEY.hex(), "200"]).done()
    run = reader.done(30)
    complaints = re.findall(r".*(?:hmac|mismatch|error|invalid|missed).*", run.stderr, re.IGNORECASE)
    check(not complaints, "\n".join(complaints[:10]))
    frames = [line for line in out.read_text().splitlines() if not line.startswith("#")]
    within(len(frames), 80, 81, "frames that ffmpeg decoded")
    equal(_counts(ours)["forged"], 0, "forged reports from ffmpeg")
