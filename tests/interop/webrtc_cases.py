# SPDX-License-Identifier: Apache-2.0
"""Strangers publish to our edge by WHIP and play from it by WHEP; Janus stands between our programs."""
import pathlib
import re
import time

from browser import Browser
from checks import Skipped, check, decodes, equal, plays_well, sounds, tracks, within
from marks import in_sync
from peers import free_port, listens, until
from servers import Edge, aiortc_python, ffmpeg_record, need, need_gstreamer_webrtc, own_address

FOLDER = pathlib.Path(__file__).parent


def _address(edge, kind, name="a"):
    return f"{edge.http}/rtc/v1/{kind}/?app=live&stream={name}"


def browser_publishes_to_the_edge_and_flv_players_see_it(stage):
    edge = Edge(stage)
    with Browser(stage, "rtc.html") as browser:
        browser.call("publish", url=_address(edge, "whip"))
        edge.until_live("a")
        time.sleep(1)  # Its first second is a ramp.
        recorded = ffmpeg_record(stage, edge.flv("a"), 5)
        report = stage.watch(edge.flv("a"), seconds=4)
        recorded.done()
        now = browser.call("totals")
        browser.call("leave")
        until("the stream has ended", lambda: not edge.is_live("a"), 5)

    plays_well(report, 60)
    seen = stage.path("seen.mkv")
    found = tracks(seen)
    equal([found[kind]["codec_name"] for kind in ("video", "audio")], ["h264", "aac"], "codecs")
    equal((found["video"]["width"], found["video"]["height"]), (640, 360), "size")
    decodes(seen, 80)
    sounds(seen)
    in_sync(seen, limit_ms=80)  # Its canvas and its sound card are not one machine.
    equal(now["video_codec"]["mimeType"], "video/H264", f"{browser.name} sends")
    check(now["out_video"]["framesEncoded"] > 100, f"{browser.name} sent {now['out_video']['framesEncoded']} pictures")
    check(now["remote_video"]["packetsLost"] == 0, f"our reports tell of losses: {now['remote_video']}")


def _is_smooth_in(browser, first_ms, seconds, pictures):
    """What Chromium says of its playing after these seconds."""
    within(first_ms, 0, 2000, f"ms to the first picture in {browser.name}")
    time.sleep(seconds)
    now = browser.call("totals")
    video, audio = now["in_video"], now["in_audio"]
    buffered_ms = 1000 * video["jitterBufferDelay"] / max(1, video["jitterBufferEmittedCount"])
    print(f"{browser.name}: first picture {first_ms:.0f} ms, {video['framesDecoded']} decoded, "
          f"{video['framesDropped']} dropped, {video['freezeCount']} freezes, buffer {buffered_ms:.0f} ms")
    check(video["framesDecoded"] >= pictures, f"{browser.name} decoded {video['framesDecoded']} pictures")
    # A machine that is busy with other tests misses a turn now and then.
    within(video["totalFreezesDuration"], 0, 0.5, f"s frozen in {browser.name}")
    equal(video["packetsLost"], 0, "packets lost")
    within(buffered_ms, 0, 150, f"ms in the jitter buffer of {browser.name}")
    check(audio["totalSamplesReceived"] > 48000 * (seconds - 1), f"{browser.name} got too little sound: {audio}")
    # What it had to invent, beyond the silence before the first packet.
    invented = audio["concealedSamples"] - audio.get("silentConcealedSamples", 0)
    within(invented / audio["totalSamplesReceived"], 0, 0.1, f"share of sound that {browser.name} invented")
    return now


def browser_plays_what_comes_by_rtmp(stage):
    """Our publisher's AAC comes as Opus."""
    edge = Edge(stage)
    stage.publisher(edge.rtmp + "/a")
    edge.until_live("a")
    with Browser(stage, "rtc.html") as browser:
        first_ms = browser.call("play", url=_address(edge, "whep"))
        _is_smooth_in(browser, first_ms, seconds=4, pictures=90)
        equal(edge.streams()["a"]["viewers"], 1, "viewers")
        browser.call("leave")
        until("the viewer has gone", lambda: edge.streams()["a"]["viewers"] == 0, 3)


def browser_plays_what_we_publish_by_rts(stage):
    edge = Edge(stage)
    stage.publisher(f"rts://127.0.0.1:{edge.http_port}/live/a")
    edge.until_live("a")
    with Browser(stage, "rtc.html") as browser:
        first_ms = browser.call("play", url=_address(edge, "whep"))
        _is_smooth_in(browser, first_ms, seconds=4, pictures=90)


def a_browser_on_the_page_goes_live_and_watches_itself(stage):
    edge = Edge(stage, "--publish-key", "secret")
    with Browser(stage, edge.http + "/") as browser:
        until("the page has asked", lambda: browser.do("textContent", "#notice") == "Nobody is live.")
        browser.do("selectOption", "select[name=height]", "360")
        browser.do("click", "#publish button.main")
        refusal = until("the refusal is shown", lambda: browser.do("textContent", "#publish .error"))
        check("key" in refusal, f"the page says of a missing key: {refusal}")
        browser.do("fill", "input[name=key]", "secret")
        browser.do("click", "#publish button.main")
        edge.until_live("me")
        browser.do("click", "article button.main")
        numbers = until("it plays, and tells how",
                        lambda: "pictures/s" in (text := browser.do("textContent", "article .numbers"))
                        and "delay" in text and text, 10)
        print(numbers)
        equal(browser.do("textContent", "article .error"), "", "error")
        browser.do("click", "article button.main")
        browser.do("click", "button[name=stop]")
        until("the stream is gone from the page", lambda: browser.do("textContent", "#notice") == "Nobody is live.", 10)


def _aiortc(stage, *arguments):
    return stage.start(f"aiortc-{arguments[0]}", [aiortc_python(), "-B", FOLDER / "aiortc_client.py", *arguments])


def aiortc_publishes_to_the_edge_and_flv_players_see_it(stage):
    edge = Edge(stage)
    theirs = _aiortc(stage, "publish", _address(edge, "whip"), "8")
    edge.until_live("a", 15)
    time.sleep(1)
    plays_well(stage.watch(edge.flv("a"), seconds=3), 50)
    theirs.done()
    until("the stream has ended", lambda: not edge.is_live("a"), 5)


def aiortc_plays_what_we_publish_by_rts(stage):
    edge = Edge(stage)
    stage.publisher(f"rts://127.0.0.1:{edge.http_port}/live/a")
    edge.until_live("a")
    said = _aiortc(stage, "play", _address(edge, "whep"), "4").done().stdout
    check("picture 640x360" in said and "sound 48000" in said, f"aiortc saw:\n{said}")
    pictures, sounds_ = map(int, re.search(r"seen (\d+) (\d+)", said).groups())
    within(pictures, 70, 180, "pictures that aiortc decoded in 4 s")
    within(sounds_, 120, 220, "sounds that aiortc decoded in 4 s")


def gstreamer_publishes_to_the_edge_and_flv_players_see_it(stage):
    need_gstreamer_webrtc()
    own_address()  # libnice reaches nobody on loopback.
    edge = Edge(stage, "--listen", "0.0.0.0")
    theirs = stage.start("gst-whip", ["/usr/bin/python3", "-B", FOLDER / "gst_whip.py", _address(edge, "whip"), "8"])
    edge.until_live("a", 15)
    time.sleep(1)
    plays_well(stage.watch(edge.flv("a"), seconds=3), 50)
    theirs.done()
    until("the stream has ended", lambda: not edge.is_live("a"), 5)


class _Janus:
    """Janus with one room of H.264 and Opus, and our front before it."""

    def __init__(self, stage):
        program = need("janus", "janus")
        self.here = own_address()  # Janus looks for no paths on loopback.
        folder = stage.path("janus")
        folder.mkdir()
        port = free_port()
        library = next((path for path in pathlib.Path("/usr/lib").glob("*/janus")), None)
        if not library:
            raise Skipped("Janus has no plugins (Debian package janus)")
        (folder / "janus.jcfg").write_text(f"""
general: {{ configs_folder = "{folder}"; plugins_folder = "{library}/plugins"; transports_folder = "{library}/transports";
            events_folder = "{folder}"; loggers_folder = "{folder}"; debug_level = 4; }}
plugins: {{ disable = "{",".join(_others(library / "plugins", "videoroom"))}"; }}
transports: {{ disable = "{",".join(_others(library / "transports", "http"))}"; }}
""")
        (folder / "janus.transport.http.jcfg").write_text(
            f'general: {{ base_path = "/janus"; http = true; port = {port}; ip = "127.0.0.1"; https = false; }}\n')
        (folder / "janus.plugin.videoroom.jcfg").write_text(
            'room-1: { publishers = 2; audiocodec = "opus"; videocodec = "h264"; fir_freq = 0; bitrate = 0; }\n')
        self.process = stage.start("janus", [program, "-F", folder, "-C", folder / "janus.jcfg"])
        until("Janus listens", lambda: listens(port) or not self.process.is_running())
        self.front = stage.start("front", ["/usr/bin/python3", "-B", FOLDER / "janus_front.py",
                                           f"http://127.0.0.1:{port}/janus"])
        front_port = until("the front listens", lambda: re.search(r"^port (\d+)", self.front.said(), re.M))[1]
        self.http = f"http://{self.here}:{front_port}"


def _others(folder, wanted):
    return [path.name for path in folder.glob("libjanus_*.so") if wanted not in path.name]


def we_publish_to_janus_and_play_from_it(stage):
    janus = _Janus(stage)
    ours = stage.publisher(f"whip+{janus.http}/whip", seconds=9, options=("--gop", "10"))
    until("Janus has a publisher", lambda: "webrtcup" in janus.front.said(), 10)
    until("Janus receives pictures", lambda: "media video True" in janus.front.said(), 5)
    until("Janus receives sound", lambda: "media audio True" in janus.front.said(), 5)
    report = stage.watch(f"whep+{janus.http}/whep", seconds=4, options=())
    plays_well(report, 60, gaps=20)  # So little waits that a busy machine is heard.
    # Joined just behind the key frame: Janus passes its wish for one on, and ours beside it.
    within(report["first_frame_ms"], 0, 2000, "ms to the first picture")
    equal(report["protocol"], "rts", "protocol")
    ours.done()
    equal(stage.report("publish")["error"], None, "error")
