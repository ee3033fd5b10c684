# SPDX-License-Identifier: Apache-2.0
"""Our publisher by WHIP and our player by WHEP against stacks that are not ours."""
import pathlib
import re

from checks import beside, check, complains, equal, plays_well, within
from peers import free_port, until
from servers import Edge, aiortc_python

SECONDS = 6


def _aiortc(stage, *options):
    """(process, port) of a WHIP or WHEP server."""
    theirs = stage.start("aiortc", [aiortc_python(), "-B", pathlib.Path(__file__).with_name("aiortc_whip.py"), *options])
    return theirs, until("aiortc listens", lambda: re.search(r"port (\d+)", theirs.said()), 20)[1]


def aiortc_takes_what_we_publish_by_whip(stage):
    theirs, port = _aiortc(stage)
    ours = stage.publisher(f"whip+http://127.0.0.1:{port}/whip", seconds=SECONDS, options=["--token", "secret"])
    until("we are live", lambda: "live" in ours.said(), 10)
    until("aiortc decodes pictures", lambda: "picture 640x360" in theirs.said(), 10)
    until("aiortc decodes sound", lambda: "sound 48000" in theirs.said(), 10)
    until("we said goodbye", lambda: "deleted" in theirs.said(), 15)
    ours.done()
    seen = re.findall(r"seen (\d+) (\d+)", theirs.said())[-1]
    equal(re.findall(r"(?:POST|PATCH|DELETE) \S+ \S+", theirs.said()),
          ["POST /whip secret", "DELETE /session/1 secret"], "requests with their tokens")
    report = stage.report("publish")
    equal(report["error"], None, "error")
    equal(report["transport"], "rts", "transport")
    within(report["frames"]["sent"], 100, 200, "pictures sent")
    within(int(seen[0]), report["frames"]["sent"] - 90, report["frames"]["sent"], "pictures decoded")
    within(report["rtt_ms"]["p50"], 0, 200, "round trip in ms")
    check(report["send_delay_ms"]["p50"] is not None, "delay up to the socket is unknown")


def aiortc_and_an_rtmp_server_get_one_stream_each_in_its_sound(stage):
    theirs, port = _aiortc(stage)
    edge = Edge(stage)
    ours = stage.publisher(f"whip+http://127.0.0.1:{port}/whip", f"{edge.rtmp}/both", seconds=SECONDS)
    until("aiortc decodes pictures", lambda: "picture 640x360" in theirs.said(), 15)
    until("aiortc decodes sound", lambda: "sound 48000" in theirs.said(), 10)
    plays_well(stage.watch(edge.flv("both"), seconds=2), 30)
    ours.done()
    outputs = stage.report("publish")["outputs"]
    equal([output["transport"] for output in outputs], ["rts", "rtmp"], "transports")
    equal([output["error"] for output in outputs], [None, None], "errors")
    for output in outputs:
        within(output["bitrate_kbps"]["audio"], 3, 100, "kbit/s of sound")


@beside
def whip_refusals_are_told_by_their_names(stage):
    _, port = _aiortc(stage)
    for status, code in (404, "http.not_found"), (401, "http.forbidden"), (409, "rtmp.publish_conflict"):
        run = stage.publisher(f"whip+http://127.0.0.1:{port}/{status}", name=f"publish{status}", seconds=5).wait()
        complains(run, "onair-publish", code)
    run = stage.publisher(f"whip+http://127.0.0.1:{port}/whip", seconds=5, options=["--video", "h265"]).wait()
    complains(run, "onair-publish", "signalling.refused")  # aiortc knows H.264 and VP8 only.
    nobody = free_port()
    complains(stage.publisher(f"rts://127.0.0.1:{nobody}/live/x", name="nobody", seconds=5).wait(), "onair-publish",
              "net.connect_refused")
    complains(stage.publisher("rts://nowhere.invalid/live/x", name="nowhere", seconds=5).wait(), "onair-publish",
              "net.resolve_failed")


def we_play_what_aiortc_serves_by_whep(stage):
    theirs, port = _aiortc(stage, "--serve")
    report = stage.watch(f"whep+http://127.0.0.1:{port}/whep", seconds=4, options=["--token", "secret"])
    # How evenly a script in Python sends on a busy machine is no matter of ours.
    equal((report["error"], report["decode_errors"], report["reconnects"]), (None, 0, 0), "troubles")
    within(report["frames"]["rendered"], 40, 130, "pictures shown")
    equal(report["protocol"], "rts", "protocol")
    within(report["first_frame_ms"], 0, 2000, "ms to the first picture")
    within(report["buffer_ms"]["p50"], 0, 400, "ms of buffer")
    until("we said goodbye", lambda: "deleted" in theirs.said(), 5)
    equal(re.findall(r"(?:POST|PATCH|DELETE) \S+ \S+", theirs.said()),
          ["POST /whep secret", "DELETE /session/1 secret"], "requests with their tokens")


@beside
def whep_refusals_are_told_by_their_names(stage):
    _, port = _aiortc(stage, "--serve")
    for status, code in (404, "rtmp.stream_not_found"), (401, "http.forbidden"), (503, "http.server_error"):
        run = stage.player(f"whep+http://127.0.0.1:{port}/{status}", name=f"play{status}", seconds=5,
                           options=["--publisher-gap", "0"]).wait()
        complains(run, "onair-play", code)
    complains(stage.player(f"rts://127.0.0.1:{free_port()}/live/x", name="nobody").wait(), "onair-play",
              "net.connect_refused")
    complains(stage.player("whip+http://127.0.0.1/in", name="whip").wait(), "onair-play", "config.invalid_url", status=2)


def what_we_publish_by_webrtc_is_seen_within_a_tenth_of_a_second(stage):
    edge = Edge(stage)
    rts = f"rts://127.0.0.1:{edge.http_port}/live/quick"
    ours = stage.publisher(rts, seconds=14)
    edge.until_live("quick")
    report = stage.watch(rts, seconds=10, options=[])
    ours.done()
    plays_well(report, 200, gaps=200)
    within(report["first_frame_ms"], 0, 500, "ms to the first picture")  # 10 on a machine at rest.
    # At rest 55 once the buffer has learnt what the line does, 120 in the first seconds.
    late = [row["latency_ms"] for row in report["timeline"] if row["t_s"] > 6]
    within(sorted(late)[len(late) // 2], 1, 100, "ms from capture to screen")
    within(stage.report("publish")["send_delay_ms"]["p95"], 0, 60, "ms from capture to socket")
