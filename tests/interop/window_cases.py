# SPDX-License-Identifier: Apache-2.0
"""onair-play in a window on a virtual screen, seen by somebody else."""
from checks import beside, check, complains, equal, run_tool, within
from peers import until
from rendered import Rendered, stamped_screen, watch, window
from servers import Edge, need, screen

SDL = {"SDL_VIDEODRIVER": "x11", "SDL_AUDIODRIVER": "dummy"}


def _contrast(display):
    """How much the luma of the screen spreads, as ffmpeg sees it: 0 for one colour."""
    raw = run_tool([need("ffmpeg", "ffmpeg"), "-v", "error", "-f", "x11grab", "-draw_mouse", "0", "-video_size", "640x480",
                    "-i", display, "-frames:v", "1", "-vf", "scale=64:48:flags=area,format=gray", "-f", "rawvideo", "-"])
    mean = sum(raw) / len(raw)
    return (sum((value - mean) ** 2 for value in raw) / len(raw)) ** 0.5


def the_window_shows_the_picture(stage):
    display = screen(stage)
    within(_contrast(display), 0, 1, "contrast of an empty screen")
    edge = Edge(stage)
    stage.publisher(edge.rtmp + "/a")
    edge.until_live("a")

    player = stage.start("window", stage.ours(
        "play", edge.flv("a"), "--duration", "4", "--quiet", "--report", stage.path("window.json"), "--snapshot",
        f"{stage.path('shown.png')}@2"), DISPLAY=display, **SDL)
    until("the screen is not empty", lambda: _contrast(display) > 20, 4)
    player.done()

    report = stage.report("window")
    equal((report["error"], report["stalls"]["count"], report["decode_errors"]), (None, 0, 0), "report")
    check(report["frames"]["rendered"] >= 60, f"too few pictures: {report['frames']}")
    within(report["av_offset_ms"]["p50"], -45, 45, "A/V offset in ms, p50")
    size = run_tool(["ffprobe", "-v", "error", "-show_entries", "stream=width,height", "-of", "csv=p=0",
                     str(stage.path("shown.png"))]).decode().strip()
    equal(size, "640,360", "size of the snapshot")


@beside
def no_screen_is_said(stage):
    run = stage.run("play", stage.ours("play", "http://127.0.0.1:1/x.flv", "--quiet"), DISPLAY=":7777",
                    SDL_VIDEODRIVER="x11")
    complains(run, "onair-play", "device.absent")


def the_delay_seen_on_a_screen_is_the_one_the_player_reports(stage):
    """Two measures of capture to render that share nothing: stamps in the pixels, and our stamp in the stream."""
    source = stamped_screen(stage)
    edge = Edge(stage)
    publisher = stage.publisher(edge.rtmp + "/a", source=f"screen:{source}", options=("--audio-input", "test"))
    edge.until_live("a")
    player, display = window(stage, edge.flv("a"), 8)
    path = watch(stage, display)
    player.done()
    publisher.stop()

    report, seen = stage.report("window"), Rendered(path)
    check(len(seen.shown) >= 150, f"too few pictures: {len(seen.shown)}")
    # Seen later than reported by the wait for a grab, up to a picture of 33 ms, and for the next look, 8 ms.
    within(seen.delay_ms(0.5) - report["latency_ms"]["p50"], -10, 120, f"ms that the screen is later, p50 of both: "
           f"{seen.delay_ms(0.5):.0f} and {report['latency_ms']['p50']:.0f}")
