# SPDX-License-Identifier: Apache-2.0
"""What cannot work says so in one line, with the right code and exit status."""
import pathlib
import subprocess

from checks import Skipped, beside, check, complains, equal
from peers import free_port
from servers import Edge, need


def _refused(stage, program, code, *arguments, status=1):
    # A refusal that takes a second has the line of that second before it.
    quiet = ["--quiet"] if status == 1 else []
    run = stage.run(program, stage.ours(program, *arguments, *quiet), limit_s=15)
    return complains(run, f"onair-{program}", code, status)


@beside
def nobody_listens(stage):
    port = free_port()
    for url in (f"rtmp://127.0.0.1:{port}/live/secret-key", f"rtmps://127.0.0.1:{port}/live/x"):
        line = _refused(stage, "publish", "net.connect_refused", "--to", url)
        check(str(port) in line, f"the line does not say where: {line}")
    for url in (f"http://127.0.0.1:{port}/live/x.flv", f"https://127.0.0.1:{port}/live/x.flv",
                f"rtmp://127.0.0.1:{port}/live/x", f"rtmps://127.0.0.1:{port}/live/x"):
        line = _refused(stage, "play", "net.connect_refused", url, "--headless")
        check(f"cannot play {url}" in line, f"the line does not say what: {line}")


@beside
def the_host_name_has_no_address(stage):
    """The name of RFC 6761 that never resolves."""
    _refused(stage, "publish", "net.resolve_failed", "--to", "rtmp://nobody.invalid/live/x")
    _refused(stage, "play", "net.resolve_failed", "http://nobody.invalid/live/x.flv", "--headless")
    _refused(stage, "play", "net.resolve_failed", "rtmp://nobody.invalid/live/x", "--headless")


@beside
def the_edge_refuses_a_wrong_key(stage):
    edge = Edge(stage, "--publish-key", "right")
    for url in (edge.rtmp + "/a", edge.rtmp + "/a?key=wrong", edge.rtmp + "/a?key="):
        _refused(stage, "publish", "rtmp.publish_rejected", "--to", url)
    equal(edge.metrics()["onair_edge_publishers_total"], 0, "publishers let in")

    stage.publisher(edge.rtmp + "/a?key=right")
    edge.until_live("a")


@beside
def the_edge_refuses_a_second_publisher(stage):
    edge = Edge(stage)
    first = stage.publisher(edge.rtmp + "/a")
    edge.until_live("a")

    _refused(stage, "publish", "rtmp.publish_conflict", "--to", edge.rtmp + "/a")

    check(first.is_running() and edge.is_live("a"), "the first publisher was disturbed")


@beside
def the_edge_knows_no_such_stream(stage):
    edge = Edge(stage)
    _refused(stage, "play", "http.not_found", edge.flv("nobody"), "--headless", "--publisher-gap", "0")
    _refused(stage, "play", "rtmp.stream_not_found", edge.rtmp + "/nobody", "--headless", "--publisher-gap", "0")


@beside
def inputs_that_are_none(stage):
    text, empty = stage.path("text.mp4"), stage.path("empty.mp4")
    text.write_text("This is no film.\n" * 1000)
    empty.write_bytes(b"")
    to = ("--to", f"file:{stage.path('out.flv')}")
    _refused(stage, "publish", "file.not_found", "--input", stage.path("absent.mp4"), *to)
    _refused(stage, "publish", "file.not_media", "--input", text, *to)
    _refused(stage, "publish", "file.not_media", "--input", empty, *to)
    _refused(stage, "publish", "device.absent", "--input", "camera:77", "--audio-input", "none", *to)
    _refused(stage, "publish", "device.absent", "--audio-input", "mic:absent", *to)
    _refused(stage, "publish", "device.absent", "--input", "screen::7777", "--audio-input", "none", *to)


@beside
def files_for_effects_that_are_none(stage):
    folder, text, half = stage.path("folder"), stage.path("text.png"), stage.path("half.cube")
    folder.mkdir()
    text.write_text("neither a picture nor a table\n")
    half.write_text("LUT_3D_SIZE 2\n0 0 0\n1 1")
    to = ("--to", f"file:{stage.path('out.flv')}", "--input", "test")
    for code, option, value in (
            ("file.not_found", "--filter", "absent.cube"),
            ("file.read", "--filter", folder),
            ("config.limit", "--filter", "/dev/zero"),
            ("config.invalid", "--filter", half),
            ("config.invalid", "--filter", text),
            ("file.not_found", "--watermark", "absent.png@0,0"),
            ("file.not_media", "--watermark", f"{folder}@0,0"),
            ("file.not_media", "--watermark", f"{text}@0,0"),
            ("config.invalid", "--watermark", f"{text}@1e300,0"),
            ("config.invalid", "--beauty", "smooth=nan"),
            ("config.invalid", "--beauty", "beard=1"),
            ("config.invalid", "--roi", "nan"),
            ("file.read", "--config", folder)):
        line = _refused(stage, "publish", code, option, value, *to, status=2)
        check(str(value).split("@")[0].split("=")[0] in line, f"the line does not say what: {line}")


@beside
def face_models_that_are_none(stage):
    """One line, though OpenCV says three of its own."""
    to = ("--to", f"file:{stage.path('out.flv')}", "--beauty", "slim=1", "--input", "test")
    for content in (b"", b"no model", bytes(5000)):
        model = stage.path("model.onnx")
        model.write_bytes(content)
        line = _refused(stage, "publish", "face.model", "--face", f"yunet:{model}", *to, status=2)
        check(".cpp" not in line, f"OpenCV's own words: {line}")
    _refused(stage, "publish", "file.not_found", "--face", "yunet:absent.onnx", *to, status=2)


def a_file_cut_off_is_played_to_the_cut(stage):
    """The second half of an FLV is missing: what is there goes live, then the run ends."""
    need("ffmpeg", "ffmpeg")
    whole, cut = stage.path("whole.flv"), stage.path("cut.flv")
    subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=320x240:rate=30", "-t", "4", "-c:v",
                    "libx264", "-preset", "ultrafast", "-g", "30", whole], check=True, timeout=20)
    data = whole.read_bytes()
    cut.write_bytes(data[:len(data) // 2])

    run = stage.publisher(f"file:{stage.path('out.flv')}", source=cut).wait(15)

    check(run.status in (0, 1), f"exit status {run.status}: {run.stderr}")
    check(30 <= stage.report("publish")["frames"]["encoded"] <= 90, f"{stage.report('publish')['frames']}")


@beside
def a_full_disk(stage):
    full = pathlib.Path("/dev/full")
    if not full.exists():
        raise Skipped("this system has no /dev/full")
    for kind in ("flv", "mp4"):
        file = stage.path(f"take.{kind}")
        file.symlink_to(full)
        report = stage.path(f"{kind}.json")
        _refused(stage, "publish", "file.disk_full", "--to", f"file:{file}", "--duration", "8", "--report", report,
                 "--bitrate", "4000")
        check("file.disk_full" in stage.report(kind)["error"], "the report does not know of the full disk")

    run = stage.publisher(f"file:{stage.path('ok.flv')}", seconds=1, options=("--report", full)).wait()
    complains(run, "onair-publish", "file.disk_full")


def a_full_disk_does_not_stop_the_live_stream(stage):
    edge = Edge(stage)
    file = stage.path("take.flv")
    file.symlink_to("/dev/full")
    publisher = stage.publisher(edge.rtmp + "/a", f"file:{file}")
    edge.until_live("a")

    report = stage.watch(edge.flv("a"), seconds=2)

    check(report["frames"]["rendered"] >= 30, f"too few pictures: {report['frames']}")
    check(publisher.is_running(), f"the publisher ended: {publisher.said()}")


@beside
def wrong_usage_is_refused_before_anything_starts(stage):
    to = ("--to", "rtmp://127.0.0.1:1/live/x")
    for code, program, arguments in (
            (None, "publish", ("--wrong", *to)),
            (None, "publish", ()),
            ("config.invalid", "publish", ("--controller", "x", *to)),
            ("config.invalid", "publish", ("--size", "853x480", *to)),
            ("config.unsupported", "publish", ("--to", "srt://127.0.0.1/live/x")),
            ("config.invalid_url", "publish", ("--to", "rts:///x")),
            ("config.unsupported", "publish", ("--to", "rts://127.0.0.1/live/x", "--record-inputs", "x.log")),
            ("config.invalid_url", "publish", ("--to", "no-address")),
            ("config.invalid", "publish", ("--size", "1x1", *to)),
            ("config.invalid", "publish", ("--bitrate", "9999999", *to)),

            (None, "play", ()),
            (None, "play", ("http://127.0.0.1/x.flv", "--buffer", "slow")),
            ("config.unsupported", "play", ("srt://127.0.0.1/live/x",)),
            ("config.invalid_url", "play", ("rts://host",)),
            ("config.invalid_url", "play", ("http://127.0.0.1/x.flv", "--preload", "y")),
            (None, "edge", ("--wrong",)),
            (None, "edge", ("--rtmp", "99999")),
            (None, "edge", ("--tls", "absent.pem,absent.key"))):
        _refused(stage, program, code, *arguments, status=2)


@beside
def the_edges_port_is_taken(stage):
    edge = Edge(stage)
    _refused(stage, "edge", "net.address_in_use", "--rtmp", str(edge.rtmp_port), "--http", "0")
