# SPDX-License-Identifier: Apache-2.0
"""Our edge between our programs and ffmpeg."""
import json
import re
import socket
import time

from checks import beside, check, decodes, equal, is_h264_and_aac, plays_well, run_tool, sounds, within
from marks import in_sync, is_unbroken
from peers import free_port, get, listens, until
from servers import Edge, ffmpeg_push, ffmpeg_record


def we_play_what_ffmpeg_pushes_to_the_edge(stage):
    edge = Edge(stage)
    ffmpeg_push(stage, edge.rtmp + "/f", 15)
    edge.until_live("f")

    over_flv = stage.player(edge.flv("f"), "flv", 4)
    over_rtmp = stage.player(edge.rtmp + "/f", "rtmp", 4)
    over_flv.done()
    over_rtmp.done()

    for name, protocol in (("flv", "http-flv"), ("rtmp", "rtmp")):
        report = stage.report(name)
        plays_well(report, 90)
        equal(report["protocol"], protocol, "protocol")


def ffmpeg_plays_the_edge_over_flv(stage):
    edge = Edge(stage)
    stage.publisher(edge.rtmp + "/a")
    edge.until_live("a")
    _is_whole_to_ffmpeg(stage, edge.flv("a"))


def ffmpeg_plays_the_edge_over_rtmp(stage):
    edge = Edge(stage)
    stage.publisher(edge.rtmp + "/a")
    edge.until_live("a")
    _is_whole_to_ffmpeg(stage, edge.rtmp + "/a")


def _is_whole_to_ffmpeg(stage, url):
    run_tool(["ffmpeg", "-v", "error", "-i", url, "-frames:v", "60", "-f", "null", "-"])
    ffmpeg_record(stage, url, 4).done()
    seen = stage.path("seen.mkv")
    is_h264_and_aac(seen, (640, 360))
    decodes(seen, 100)
    is_unbroken(seen)
    sounds(seen)
    in_sync(seen)


def ffmpeg_joins_in_the_middle_of_a_gop(stage):
    """The GOP lasts far longer than the test, so only the edge's cache can serve a joiner."""
    edge = Edge(stage)
    stage.publisher(edge.rtmp + "/a", options=("--gop", "20"))
    edge.until_live("a")
    until("the GOP has begun", lambda: edge.streams()["a"]["bytes_in"] > 100_000)

    for url in (edge.flv("a"), edge.rtmp + "/a"):
        began = time.monotonic()
        run_tool(["ffmpeg", "-v", "error", "-probesize", "32k", "-i", url, "-frames:v", "1", "-f", "null", "-"])
        within(time.monotonic() - began, 0, 4, f"seconds to ffmpeg's first picture of {url}")


def ffmpeg_listens_to_our_push(stage):
    port = free_port()
    url = f"rtmp://127.0.0.1:{port}/live/x"
    listener = ffmpeg_record(stage, url, 4, "seen.flv", "-listen", "1")
    until("ffmpeg listens", lambda: listens(port))

    stage.publisher(url)
    listener.done()

    seen = stage.path("seen.flv")
    is_h264_and_aac(seen, (640, 360))
    decodes(seen, 100)
    is_unbroken(seen)
    sounds(seen)
    in_sync(seen)


@beside
def the_edge_answers_on_its_pages(stage):
    edge = Edge(stage)
    equal(get(edge.flv("nobody"))[0], 404, "status of an unknown stream")
    equal(get(edge.http + "/no/such/page")[0], 404, "status of an unknown page")
    equal(json.loads(get(edge.http + "/api/streams")[1]), {"streams": []}, "streams of an idle edge")

    stage.publisher(edge.rtmp + "/a")
    edge.until_live("a")
    stage.player(edge.flv("a"), seconds=0)
    until("the viewer counts", lambda: edge.streams()["a"]["viewers"] == 1)

    stream = edge.streams()["a"]
    equal((stream["video"]["codec"], stream["video"]["width"], stream["video"]["height"]), ("h264", 640, 360), "video")
    equal((stream["audio"]["codec"], stream["audio"]["sample_rate"]), ("aac", 48000), "audio")
    equal((stream["flv"], stream["rtmp"]), (edge.flv("a"), edge.rtmp + "/a"), "addresses")
    until("a rate is known", lambda: edge.streams()["a"]["kbps_in"] > 50)

    status, page = get(edge.http + "/")
    check(status == 200 and re.search(r"<!doctype html>", page), f"the page: {page[:500]}")
    metrics = edge.metrics()
    equal(metrics["onair_edge_publishers"], 1, "publishers")
    equal(metrics['onair_edge_viewers{protocol="http_flv"}'], 1, "viewers")
    equal(metrics['onair_edge_viewers_refused_total'], 1, "refused viewers")
    check(metrics['onair_edge_stream_bytes_out_total{stream="live/a"}'] > 0, "nothing went out")


def a_slow_viewer_disturbs_nobody(stage):
    """One viewer asks and then does not read; another one must not notice."""
    edge = Edge(stage)
    ffmpeg_push(stage, edge.rtmp + "/a", 30, "-b:v", "16M", "-maxrate", "16M", "-bufsize", "4M",
                picture="testsrc2=size=640x360:rate=30,noise=alls=80:allf=t")
    edge.until_live("a")
    with socket.socket() as lazy:
        lazy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        lazy.connect(("127.0.0.1", edge.http_port))
        lazy.sendall(b"GET /live/a.flv HTTP/1.1\r\nHost: x\r\n\r\n")
        until("the slow viewer counts", lambda: edge.streams()["a"]["viewers"] == 1)

        report = stage.watch(edge.flv("a"), seconds=8)

        plays_well(report, 180)
        # Once it reads again it finds itself at the newest key frame: it had been left behind.
        lazy.settimeout(5)
        until("the slow viewer has skipped frames",
              lambda: lazy.recv(1 << 20) and edge.streams()["a"]["frames_dropped"] > 0)
