# SPDX-License-Identifier: Apache-2.0
"""H.265 in both forms of RTMP and in files.

ffmpeg 5.1 reads neither form in FLV (both came with 6.1 and forks), so it judges our files.
nginx-rtmp 1.2 relays H.265 without knowing it: it keeps no configuration for late viewers, and
takes key frames of the enhanced form for others (wait_key would wait for ever).
"""
from checks import check, decodes, equal, plays_well, span_s, tracks, within
from servers import Edge, Nginx, need

H265 = ("--video", "h265", "--bitrate", "600", "--gop", "1")


def _passes_nginx(stage, form, wait_key):
    nginx = Nginx(stage, wait_key)
    player = stage.player(nginx.rtmp + "/h", seconds=6, options=("--buffer", "fast"))
    stage.publisher(nginx.rtmp + "/h", options=(*H265, "--hevc-rtmp", form))

    player.done()

    report = stage.report("play")
    check(report["frames"]["rendered"] >= 60, f"too few pictures: {report['frames']}")
    equal(report["error"], None, "player's error")
    check(report["latency_ms"]["p50"] is not None, "the capture stamps are lost")
    within(report["latency_ms"]["p50"], 5, 600, "capture to shown in ms, p50")


def nginx_passes_our_h265_as_codec_id_12(stage):
    _passes_nginx(stage, "legacy12", "on")


def nginx_passes_our_h265_as_hvc1(stage):
    _passes_nginx(stage, "enhanced", "off")


def _passes_edge(stage, form):
    edge = Edge(stage)
    publisher = stage.publisher(edge.rtmp + "/h", options=(*H265, *form))
    edge.until_live("h")
    equal(edge.streams()["h"]["video"]["codec"], "h265", "what the edge lists")

    by_rtmp = stage.player(edge.rtmp + "/h", name="by-rtmp", seconds=4, options=("--buffer", "fast"))
    by_http = stage.watch(edge.flv("h"), name="by-http", seconds=4, options=("--buffer", "fast"))
    by_rtmp.done()
    run, _ = publisher.stop()

    equal(run.status, 0, f"publisher's exit status ({run.stderr})")
    for report in (by_http, stage.report("by-rtmp")):
        plays_well(report, 60, gaps=20)  # No buffer to speak of, on a machine that also encodes.
        within(report["latency_ms"]["p50"], 5, 600, "capture to shown in ms, p50")


def the_edge_relays_h265_of_either_form(stage):
    _passes_edge(stage, ("--hevc-rtmp", "legacy12"))


def the_edge_relays_h265_as_the_answer_tells(stage):
    _passes_edge(stage, ())


def h265_recordings_are_what_ffmpeg_knows(stage):
    need("ffprobe", "ffmpeg")
    files = [stage.path(f"take.{kind}") for kind in ("mp4", "m3u8")]
    stage.publisher(*[f"file:{file}" for file in files], seconds=5, options=H265).done()

    for file in files:
        video = tracks(file)["video"]
        equal((video["codec_name"], video["width"], video["height"]), ("hevc", 640, 360), f"video of {file}")
        within(span_s(file), 4, 5.3, f"length of {file}")
        decodes(file, 100)
    equal(tracks(files[0])["video"]["codec_tag_string"], "hvc1", "sample entry of the .mp4, which Apple's players want")
