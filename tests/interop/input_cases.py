# SPDX-License-Identifier: Apache-2.0
"""What onair-publish goes live from: images, raw files, films, a screen."""
from checks import beside, check, decodes, equal, is_h264_and_aac, mean_volume_db, run_tool, sounds, within
from marks import is_unbroken
from servers import need, screen


def _make(stage, name, *arguments):
    file = stage.path(name)
    run_tool([need("ffmpeg", "ffmpeg"), "-v", "error", *arguments, str(file)])
    return file


def _recorded(stage, source, seconds, *options):
    """What a recording of the source holds; the publisher's exit status is 0."""
    take = stage.path("take.mp4")
    stage.publisher(f"file:{take}", source=source, seconds=seconds, options=options).done()
    equal(stage.report("publish")["error"], None, "error")
    return take


def _distinct_pictures(file):
    """How many pictures differ from the one before."""
    lines = run_tool(["ffmpeg", "-v", "error", "-i", str(file), "-an", "-vf", "scale=64:36:flags=area", "-f", "framemd5",
                      "-"]).decode().splitlines()
    sums = [line.split(",")[-1] for line in lines if not line.startswith("#")]
    return sum(a != b for a, b in zip(sums, sums[1:]))


def an_image_goes_live_and_moves(stage):
    image = _make(stage, "image.png", "-f", "lavfi", "-i", "testsrc2=size=800x600", "-frames:v", "1")

    take = _recorded(stage, image, 3)

    is_h264_and_aac(take, (640, 360))
    pictures = decodes(take, 75)
    check(_distinct_pictures(take) > pictures / 2, "the image stands still")
    check(mean_volume_db(take) < -80, "an image makes no sound")


def raw_pictures_go_round(stage):
    """One second of y4m, again and again."""
    source = _make(stage, "second.y4m", "-f", "lavfi", "-i", "testsrc2=size=640x360:rate=30", "-t", "1", "-pix_fmt",
                   "yuv420p")

    take = _recorded(stage, source, 3.5, "--loop", "--audio-input", "test")

    is_h264_and_aac(take, (640, 360))
    pictures = decodes(take, 90)
    check(_distinct_pictures(take) > pictures * 0.8, "the pictures stand still")
    sounds(take)


def a_film_ends_when_it_is_over(stage):
    """Not looped: the run ends by itself, with all of the film and its own sound."""
    film = _make(stage, "film.mp4", "-f", "lavfi", "-i", "testsrc2=size=854x480:rate=25", "-f", "lavfi", "-i",
                 "sine=frequency=440:sample_rate=44100", "-t", "3", "-c:v", "libx264", "-preset", "ultrafast",
                 "-pix_fmt", "yuv420p", "-c:a", "aac")

    take = _recorded(stage, film, 0)

    is_h264_and_aac(take, (640, 360), fps=(24, 26))
    decodes(take, 70)
    sounds(take)
    within(stage.report("publish")["duration_s"], 2.7, 4.5, "seconds that a film of 3 s took")


def a_recording_of_ours_goes_live_again(stage):
    """Our own recording as input, in its own size: number and time in the picture survive."""
    first = stage.path("first.flv")
    stage.publisher(f"file:{first}", seconds=3, name="first").done()

    take = _recorded(stage, first, 0)

    is_h264_and_aac(take, (640, 360))
    is_unbroken(take, missing=3)


@beside
def a_screen_goes_live(stage):
    display = screen(stage)
    ffplay = need("ffplay", "ffmpeg")
    stage.start("ffplay", [ffplay, "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=640x480:rate=30", "-noborder",
                           "-left", "0", "-top", "0"], DISPLAY=display, SDL_VIDEODRIVER="x11", SDL_AUDIODRIVER="dummy")

    take = _recorded(stage, f"screen:{display}", 4, "--audio-input", "test")

    # A busy machine grabs fewer pictures.
    is_h264_and_aac(take, (640, 360), fps=(15, 31))
    decodes(take, 50)
    check(_distinct_pictures(take) > 20, "the screen stands still")
