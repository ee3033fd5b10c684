# SPDX-License-Identifier: Apache-2.0
"""Recordings, several destinations at once."""
from checks import decodes, equal, is_h264_and_aac, plays_well, sounds, span_s, starts_together, within
from marks import in_sync, is_unbroken
from servers import Edge, need


def recordings_and_a_live_stream_at_once(stage):
    need("ffprobe", "ffmpeg")
    edge = Edge(stage)
    files = [stage.path(f"take.{kind}") for kind in ("flv", "mp4", "m3u8")]
    publisher = stage.publisher(edge.rtmp + "/a", *[f"file:{file}" for file in files], seconds=6)
    edge.until_live("a")
    report = stage.watch(edge.flv("a"), seconds=3)
    publisher.done()

    plays_well(report, 60)
    outputs = stage.report("publish")["outputs"]
    equal([output["error"] for output in outputs], [None] * 4, "errors of the destinations")
    for file in files:
        is_h264_and_aac(file, (640, 360))
        # A recording begins with a key frame, which a busy machine gives late.
        within(span_s(file), 5, 6.3, f"length of {file}")
        starts_together(file)
        decodes(file, 145)
        is_unbroken(file)
        sounds(file)
        in_sync(file, marks=4)


def a_stopped_recording_is_whole(stage):
    """SIGTERM in the middle: the index of the MP4 is still written."""
    need("ffprobe", "ffmpeg")
    edge = Edge(stage)
    file = stage.path("take.mp4")
    publisher = stage.publisher(f"file:{file}", edge.rtmp + "/a")
    edge.until_live("a")
    stage.watch(edge.flv("a"), seconds=2)

    run, _ = publisher.stop()

    equal(run.status, 0, "exit status")
    is_h264_and_aac(file, (640, 360))
    decodes(file, 40)
    starts_together(file)
