# SPDX-License-Identifier: Apache-2.0
"""nginx with its RTMP module: we push to it, we play from it."""
import time

from checks import beside, check, decodes, equal, is_h264_and_aac, plays_well, sounds, within
from marks import in_sync, is_unbroken
from servers import Nginx, ffmpeg_push, ffmpeg_record


def nginx_takes_our_push(stage):
    nginx = Nginx(stage)
    publisher = stage.publisher(nginx.rtmp + "/a", options=("--gop", "1"))
    nginx.until_live("a")

    ffmpeg_record(stage, nginx.rtmp + "/a", 5).done()
    publisher.stop()

    seen = stage.path("seen.mkv")
    is_h264_and_aac(seen, (640, 360))
    decodes(seen, 100)
    is_unbroken(seen)
    sounds(seen)
    in_sync(seen)
    report = stage.report("publish")
    equal((report["error"], report["reconnects"], report["frames"]["dropped"]), (None, 0, 0), "publisher's report")


def our_push_comes_back_to_nginx_after_it_died(stage):
    nginx = Nginx(stage)
    publisher = stage.publisher(nginx.rtmp + "/b", options=("--gop", "1"))
    nginx.until_live("b")

    nginx.die_and_come_back(stage)
    nginx.until_live("b", 20)

    # Headers, a key frame and both tracks are back: nginx hands out what it got, and keeps none.
    plays_well(stage.watch(nginx.rtmp + "/b", seconds=5), 60)
    run, _ = publisher.stop()
    equal(run.status, 0, f"publisher's exit status ({run.stderr})")
    check(stage.report("publish")["reconnects"] >= 1, "no reconnect in the report")


def we_play_what_ffmpeg_pushes_to_nginx(stage):
    nginx = Nginx(stage)
    ffmpeg_push(stage, nginx.rtmp + "/f", 12)
    nginx.until_live("f")

    report = stage.watch(nginx.rtmp + "/f", seconds=5)

    # nginx has no GOP cache: the next key frame is up to 1 s away.
    plays_well(report, 100)
    equal(report["protocol"], "rtmp", "protocol")


def we_play_our_own_push_from_nginx(stage):
    nginx = Nginx(stage)
    stage.publisher(nginx.rtmp + "/o", options=("--gop", "1"))
    nginx.until_live("o")

    report = stage.watch(nginx.rtmp + "/o", seconds=5, options=("--buffer", "fast"))

    equal(report["stalls"]["count"], 0, "stalls")
    check(report["frames"]["rendered"] >= 90, f"too few pictures: {report['frames']}")
    within(report["latency_ms"]["p50"], 10, 300, "capture to shown in ms, p50")
    within(report["av_offset_ms"]["p50"], -45, 45, "A/V offset in ms, p50")


@beside
def we_wait_at_nginx_for_the_publisher(stage):
    """nginx lets a viewer in before anybody publishes."""
    nginx = Nginx(stage)
    player = stage.player(nginx.rtmp + "/late", seconds=5)
    stage.publisher(nginx.rtmp + "/late")

    player.done()

    check(stage.report("play")["frames"]["rendered"] >= 60, "too few pictures after the wait")


def _stayed(report):
    """One session that played before and after a gap of its publisher, on one connection."""
    equal((report["error"], report["reconnects"], report["decode_errors"]), (None, 0, 0), "error, reconnects, decode errors")
    equal((report["publisher_gaps"], report["stalls"]["count"]), (1, 0), "gaps, stalls")
    states = [row["state"] for row in report["timeline"]]
    equal(states[-1], "playing", f"last of {states}")
    return states


def a_viewer_at_nginx_stays_for_the_next_publisher(stage):
    nginx = Nginx(stage)
    first = stage.publisher(nginx.rtmp + "/g", options=("--gop", "1"))
    nginx.until_live("g")
    player = stage.player(nginx.rtmp + "/g", seconds=9, options=("--buffer", "fast"))
    time.sleep(3)
    first.stop()
    time.sleep(2)  # The gap itself.
    stage.publisher(nginx.rtmp + "/g", name="second", options=("--gop", "1"))
    player.done()

    report = stage.report("play")
    states = _stayed(report)
    check(2 <= states.count("waiting") <= 7, f"states of each half second: {states}")
    # 3 s before and 3 s after at 30 a second, less the openings.
    check(report["frames"]["rendered"] >= 120, f"too few pictures: {report['frames']}")


def a_viewer_at_nginx_stays_while_our_publisher_changes_its_connection(stage):
    """nginx lets no second publisher in: ours must leave before it comes back, its timestamps go on."""
    nginx = Nginx(stage)
    publisher = stage.publisher(nginx.rtmp + "/h", options=("--gop", "1"))
    nginx.until_live("h")
    player = stage.player(nginx.rtmp + "/h", seconds=8, options=("--buffer", "fast", "--trace", stage.path("trace.json")))
    time.sleep(3)
    nginx.drop_publisher("h")
    player.done()

    report = stage.report("play")
    _stayed(report)
    check(report["frames"]["rendered"] >= 150, f"too few pictures: {report['frames']}")
    check("its clock ran on" in stage.path("trace.json").read_text(), "the player began anew")
    publisher.stop()
    equal(stage.report("publish")["reconnects"], 1, "publisher's reconnects")
