# SPDX-License-Identifier: Apache-2.0
"""Files and HLS that ffmpeg made, snapshots, and recordings of what is played."""
import functools
import http.server
import re
import socket
import threading
import time

from checks import beside, check, complains, decodes, equal, is_h264_and_aac, run_tool, sounds, span_s, within
from marks import in_sync, is_unbroken
from peers import until
from servers import Edge, need

SECONDS, RATE = 3, 30
PICTURE = ["-f", "lavfi", "-i", f"testsrc2=size=640x360:rate={RATE}"]
SOUND = ["-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000"]
# Two B frames between the others, a key frame each second.
H264 = ["-c:v", "libx264", "-preset", "veryfast", "-bf", "2", "-g", str(RATE), "-pix_fmt", "yuv420p"]
AAC = ["-c:a", "aac", "-ac", "2"]


def _make(stage, name, *arguments, length=("-t", str(SECONDS))):
    ffmpeg = need("ffmpeg", "ffmpeg")
    path = stage.path(name)
    run_tool([ffmpeg, "-v", "error", "-y", *arguments, *length, str(path)])
    return path


def _clip(stage, name="clip.mp4", *more):
    return _make(stage, name, *PICTURE, *SOUND, *H264, *AAC, *more)


def _likenesses_db(stage, ours, theirs, *how, name="likeness"):
    """PSNR of the luma of each picture of theirs, with `how` ours is read."""
    log = stage.path(f"{name}.psnr")
    run_tool(["ffmpeg", "-v", "error", *how, "-i", str(ours), "-i", str(theirs), "-lavfi",
              "[0:v]format=gray,settb=1/30,setpts=N[a];[1:v]format=gray,settb=1/30,setpts=N[b];"
              f"[a][b]psnr=shortest=1:stats_file={log}", "-f", "null", "-"])
    return [float(value) for value in re.findall(r"psnr_y:(\S+)", log.read_text())]


def _likeness_db(stage, ours, theirs, name="likeness"):
    """(the worst, how many were compared)"""
    found = _likenesses_db(stage, ours, theirs, name=name)
    return min(found), len(found)


def _steer(stage, source, steps, *options, seconds=0, name="play"):
    script = stage.path(f"{name}.script")
    script.write_text(steps)
    return stage.watch(source, name, seconds, options=("--script", script, *options))


def _folder_server(stage):
    """The stage's folder over HTTP; its address."""
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=stage.folder)
    handler.func.log_message = lambda *_: None
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_port}"


def a_file_with_b_frames_shows_each_picture_of_ffmpeg(stage):
    clip = _clip(stage)
    report = stage.watch(clip, seconds=0, options=("--dump", stage.path("shown.y4m")))

    equal(report["error"], None, "error")
    equal(report["protocol"], "file", "protocol")
    equal(report["frames"]["decoded"], SECONDS * RATE, "pictures decoded")
    equal(report["frames"]["rendered"] + report["frames"]["dropped"], SECONDS * RATE, "pictures")
    within(report["frames"]["dropped"], 0, 3, "pictures that a busy machine missed")
    within(report["av_offset_ms"]["p50"], -45, 45, "A/V offset in ms")
    within(report["media_s"]["duration"], SECONDS - 0.1, SECONDS + 0.1, "duration")
    within(report["first_frame_ms"], 0, 500, "first picture in ms")
    if report["frames"]["dropped"] == 0:
        worst, compared = _likeness_db(stage, stage.path("shown.y4m"), clip)
        equal(compared, SECONDS * RATE, "pictures compared")
        check(worst > 50, f"a picture differs from ffmpeg's: {worst} dB")


@beside
def a_film_on_its_side_is_shown_upright(stage):
    turned = _make(stage, "turned.mp4", "-i", str(_clip(stage)), "-c", "copy", "-metadata:s:v", "rotate=90")
    report = stage.watch(turned, seconds=1, options=("--snapshot", f"{stage.path('shown.png')}@0.4", "--mute"))

    equal(report["error"], None, "error")
    # ffmpeg turns it by itself; which picture the snapshot is of depends on how busy the machine is.
    best = max(_likenesses_db(stage, stage.path("shown.png"), turned, "-framerate", str(RATE), "-loop", "1"))
    check(best > 40, f"no picture of ffmpeg's is like ours: {best} dB")


def files_with_sound_or_pictures_alone_are_played(stage):
    sound = stage.watch(_make(stage, "sound.m4a", *SOUND, *AAC), "sound", seconds=0)
    pictures = stage.watch(_make(stage, "pictures.mkv", *PICTURE, *H264), "pictures", seconds=0)

    for report in (sound, pictures):
        equal(report["error"], None, "error")
        within(report["duration_s"], SECONDS - 0.2, SECONDS + 1.5, "length of the run")
    equal(sound["frames"]["rendered"], 0, "pictures of sound")
    check(pictures["frames"]["rendered"] >= SECONDS * RATE - 3, f"pictures: {pictures['frames']}")


@beside
def files_that_cannot_be_played_are_told_apart(stage):
    clip = _clip(stage).read_bytes()
    stage.path("cut.mp4").write_bytes(clip[:len(clip) // 2])  # Its index stood at the end.
    stage.path("text.mp4").write_text("Dear diary, nothing happened.\n")
    ready = _clip(stage, "ready.mp4", "-movflags", "+faststart").read_bytes()
    stage.path("half.mp4").write_bytes(ready[:len(ready) * 2 // 3])
    for name, code in (("none.mp4", "file.not_found"), ("cut.mp4", "file.malformed"),
                       ("text.mp4", "file.not_media"), ("half.mp4", "file.malformed")):
        run = stage.run(f"play-{name}", stage.ours("play", stage.path(name), "--headless", "--quiet"))
        complains(run, "onair-play", code)


def a_seek_shows_the_very_picture_and_a_pause_stands_on_it(stage):
    clip = _clip(stage)
    shown = stage.path("shown.png")
    report = _steer(stage, clip, f"0.5 pause\n0.8 seek 2.02\n1.4 snapshot {shown}\n1.5 resume\n")

    equal(report["error"], None, "error")
    run_tool(["ffmpeg", "-v", "error", "-ss", "2.02", "-i", str(clip), "-frames:v", "2", str(stage.path("f%d.png"))])
    same, _ = _likeness_db(stage, shown, stage.path("f1.png"), "same")
    next_one, _ = _likeness_db(stage, shown, stage.path("f2.png"), "next")
    check(same > 40 and same > next_one + 3, f"{same} dB to the picture of the place, {next_one} dB to the next")
    # Half a second, a pause of one, and what is left from 2 s on.
    within(report["duration_s"], 2.3, 4, "length of the run")
    within(report["freeze_percent"], 0, 10, "freeze percent: a pause is none")
    equal(report["stalls"]["count"], 0, "stalls")


def a_looped_file_goes_on_without_a_gap(stage):
    report = stage.watch(_clip(stage), seconds=5, options=("--loop",))

    equal(report["error"], None, "error")
    check(report["frames"]["rendered"] >= 5 * RATE - 10, f"pictures: {report['frames']}")
    within(report["freeze_percent"], 0, 3, "freeze percent")
    within(report["audio_gaps"], 0, 2, "gaps of sound")


def hls_with_an_end_is_played_and_sought(stage):
    _clip(stage, "list.m3u8", "-hls_time", "1", "-hls_list_size", "0")
    server, address = _folder_server(stage)
    report = stage.watch(f"{address}/list.m3u8?key=secret", "whole", seconds=0)
    steered = _steer(stage, f"{address}/list.m3u8", "0.6 seek 2.5\n", name="steered")
    server.shutdown()

    equal(report["error"], None, "error")
    equal(report["protocol"], "hls", "protocol")
    check(report["frames"]["rendered"] >= SECONDS * RATE - 3, f"pictures: {report['frames']}")
    equal(report["stalls"]["count"], 0, "stalls")
    within(steered["duration_s"], 0.9, 2.4, "length of a run that leaves out the middle")


def live_hls_is_played_and_its_end_is_told(stage):
    ffmpeg = need("ffmpeg", "ffmpeg")
    sender = stage.start("ffmpeg-hls", [
        ffmpeg, "-v", "error", "-re", *PICTURE, "-re", *SOUND, *H264, *AAC, "-t", "9",
        "-f", "hls", "-hls_time", "1", "-hls_list_size", "4", "-hls_flags", "delete_segments", stage.path("live.m3u8")])
    server, address = _folder_server(stage)
    until("the list has three segments", lambda: stage.path("live.m3u8").exists()
          and stage.path("live.m3u8").read_text().count("#EXTINF") >= 3)
    report = stage.watch(f"{address}/live.m3u8", seconds=0)
    sender.done()
    server.shutdown()

    equal(report["error"], None, "error")
    equal(report["media_s"]["duration"], None, "duration")
    check(report["frames"]["rendered"] >= 5 * RATE, f"pictures: {report['frames']}")
    within(report["stalls"]["count"], 0, 1, "stalls")


@beside
def hls_that_cannot_be_had_is_told_apart(stage):
    server, address = _folder_server(stage)
    stage.path("text.m3u8").write_text("no list")
    silent = socket.create_server(("127.0.0.1", 0))
    refused = socket.create_server(("127.0.0.1", 0))
    port = refused.getsockname()[1]
    refused.close()
    for name, url, code in (
            ("missing", f"{address}/none.m3u8", "http.not_found"),
            ("text", f"{address}/text.m3u8", "file.not_media"),
            ("refused", f"http://127.0.0.1:{port}/a.m3u8", "net.connect_refused"),
            ("silent", f"http://127.0.0.1:{silent.getsockname()[1]}/a.m3u8", "net.timeout")):
        run = stage.run(name, stage.ours("play", url, "--headless", "--quiet"))
        complains(run, "onair-play", code)
        within(run.seconds, 0, 12, f"seconds until {name} was told")
    server.shutdown()
    silent.close()


def what_is_played_is_recorded_without_coding_it_anew(stage):
    need("ffprobe", "ffmpeg")
    edge = Edge(stage)
    stage.publisher(edge.rtmp + "/a")
    edge.until_live("a")
    for kind in ("mp4", "flv"):
        file = stage.path(f"seen.{kind}")
        report = stage.watch(edge.flv("a"), kind, seconds=5, options=("--record", file))

        equal(report["error"], None, "error")
        is_h264_and_aac(file, (640, 360))
        pictures = decodes(file, 110)
        equal(report["recorded"]["pictures"], pictures, f"pictures recorded in {kind}")
        equal(report["recorded"]["not_recorded"], 0, "pictures that the disk did not take")
        # From the cached group's beginning, up to 2 s before the first picture, to the end.
        within(span_s(file), 3.6, 7.3, f"length of {kind}")
        is_unbroken(file)
        sounds(file)
        in_sync(file, marks=3)


@beside
def a_recording_of_a_file_goes_on_over_a_seek(stage):
    clip = _clip(stage)
    file = stage.path("seen.mp4")
    report = _steer(stage, clip, f"0.0 record {file}\n1.0 seek 0\n2.0 stop-record\n", seconds=3)

    equal(report["error"], None, "error")
    # The very first key frame may be gone when the recording begins: then it begins behind the seek.
    equal(report["recorded"]["pictures"], decodes(file, 25), "pictures recorded")
    within(span_s(file), 0.8, 3, "length")


@beside
def a_recording_that_cannot_be_written_fails_the_run(stage):
    clip = _clip(stage)
    began = time.monotonic()
    run = stage.run("play", stage.ours("play", clip, "--headless", "--quiet", "--record", stage.path("no/seen.mp4")))

    complains(run, "onair-play", "file.not_found")
    within(time.monotonic() - began, SECONDS - 0.5, SECONDS + 3, "seconds: playing goes on")
