# SPDX-License-Identifier: Apache-2.0
"""Servers that die or fall silent, signals, ends of streams."""
import signal
import socket
import time

from checks import Failed, beside, check, equal, plays_well, within
from peers import until
from servers import Edge


def the_publisher_comes_back_after_the_server_died(stage):
    edge = Edge(stage)
    publisher = stage.publisher(edge.rtmp + "/a", options=("--gop", "1"))
    edge.until_live("a")

    edge.process.kill()
    edge = Edge(stage, rtmp=edge.rtmp_port, http=edge.http_port)
    edge.until_live("a", 20)

    # Sound and picture are both back, headers and a key frame first.
    plays_well(stage.watch(edge.flv("a"), seconds=3), 60)
    run, _ = publisher.stop()
    equal(run.status, 0, f"publisher's exit status ({run.stderr})")
    report = stage.report("publish")
    check(report["reconnects"] >= 1, f"reconnects: {report['reconnects']}")
    equal(report["error"], None, "error")


@beside
def the_player_comes_back_after_the_server_died(stage):
    edge = Edge(stage)
    stage.publisher(edge.rtmp + "/a", options=("--gop", "1"))
    edge.until_live("a")
    # Over RTMP: a plain HTTP body that stops is an end, not a fault.
    player = stage.player(edge.rtmp + "/a", seconds=0)
    until("the player has media", lambda: edge.streams()["a"]["bytes_out"] > 100_000)

    edge.process.kill()
    edge = Edge(stage, rtmp=edge.rtmp_port, http=edge.http_port)
    edge.until_live("a", 20)
    until("the player is back", lambda: edge.streams()["a"]["viewers"] == 1, 20)
    until("it has taken media", lambda: edge.streams()["a"]["bytes_out"] > 200_000, 20)

    run, _ = player.stop()
    equal(run.status, 0, f"player's exit status ({run.stderr})")
    report = stage.report("play")
    check(report["reconnects"] >= 1, f"reconnects: {report['reconnects']}")
    check(report["timeline"][-1]["state"] == "playing", f"last state: {report['timeline'][-1]}")


def signals_end_every_program_within_a_second(stage):
    for number in (signal.SIGINT, signal.SIGTERM):
        edge = Edge(stage)
        publisher = stage.publisher(edge.rtmp + "/a")
        edge.until_live("a")
        player = stage.player(edge.flv("a"), seconds=0)
        until("the player has media", lambda: edge.streams()["a"]["bytes_out"] > 100_000)
        for name, process in (("play", player), ("publish", publisher), ("edge", edge.process)):
            run, seconds = process.stop(number)
            equal(run.status, 0, f"{name}'s exit status after {number.name} ({run.stderr})")
            within(seconds, 0, 1, f"seconds that {name} took to end")
            report = stage.report(name)
            equal(report["error"], None, f"{name}'s error")
            stage.path(f"{name}.json").unlink()


def signals_end_a_run_whose_server_is_silent(stage):
    """A server that accepts and then never reads nor writes."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        publisher = stage.publisher(f"rtmp://127.0.0.1:{port}/live/x")
        player = stage.player(f"http://127.0.0.1:{port}/live/x.flv", seconds=0)
        accepted = [silent.accept()[0] for _ in range(2)]
        for process in (publisher, player):
            _, seconds = process.stop()
            within(seconds, 0, 1, f"seconds that {process.name} took to end")
            check(stage.path(f"{process.name}.json").exists(), f"{process.name} wrote no report")
        for connection in accepted:
            connection.close()


@beside
def a_silent_server_is_given_up(stage):
    """Nobody waits for ever: a typed error within half a minute."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        publisher = stage.publisher(f"rtmp://127.0.0.1:{port}/live/x")
        player = stage.player(f"http://127.0.0.1:{port}/live/x.flv", seconds=0)
        for process, program in ((publisher, "onair-publish"), (player, "onair-play")):
            run = process.wait(30)
            check(run.status == 1 and run.stderr.startswith(program + ": ") and run.stderr.endswith("[net.timeout]\n"),
                  f"{program} ended with {run.status}: {run.stderr}")


@beside
def a_frozen_server_is_left_and_found_again(stage):
    """The edge is stopped as by a debugger: connections stand, nothing moves, longer than the patience."""
    edge = Edge(stage)
    publisher = stage.publisher(edge.rtmp + "/a", options=("--gop", "1", "--bitrate", "4000"))
    edge.until_live("a")
    player = stage.player(edge.flv("a"), seconds=0)
    until("the player has media", lambda: edge.streams()["a"]["bytes_out"] > 100_000)

    edge.process.send(signal.SIGSTOP)
    time.sleep(8)  # The fault itself: patience is 5 s.
    check(player.is_running() and publisher.is_running(), "a program gave up at once")
    edge.process.send(signal.SIGCONT)

    edge.until_live("a", 15)
    until("the player has gone on", lambda: edge.streams()["a"]["viewers"] == 1, 15)
    before = edge.streams()["a"]["bytes_out"]
    until("media flows", lambda: edge.streams()["a"]["bytes_out"] > before + 200_000, 15)
    run, _ = player.stop()
    equal(run.status, 0, f"player's exit status ({run.stderr})")
    report = stage.report("play")
    check(report["stalls"]["count"] + report["reconnects"] >= 1, f"nobody noticed: {report['stalls']}")
    equal(report["timeline"][-1]["state"], "playing", "player's last state")
    equal(publisher.stop()[0].status, 0, "publisher's exit status")


def servers_that_fall_silent_do_not_take_the_others_pictures(stage):
    """One encoder for three: one server dies (UDP, nothing comes back), one is frozen (TCP), one watches."""
    healthy, dead, frozen = Edge(stage), Edge(stage), Edge(stage)
    rts = [edge.http.replace("http:", "rts:") + "/live/a" for edge in (healthy, dead)]
    publisher = stage.publisher(*rts, frozen.rtmp + "/a")
    for edge in (healthy, dead, frozen):
        edge.until_live("a")

    dead.process.kill()
    frozen.process.send(signal.SIGSTOP)
    report = stage.watch(rts[0], seconds=6, options=())
    frozen.process.kill()

    # A second may pass until a line is known to stand; what lies there is shown late or not at all.
    check(report["frames"]["rendered"] >= 5 * 30 - 15, f"pictures: {report['frames']}")
    check(publisher.is_running(), "the publisher gave up")
    equal(publisher.stop()[0].status, 0, "publisher's exit status")


def viewers_are_told_the_end_of_the_stream(stage):
    """The publisher says goodbye; after the edge's patience its viewers end well."""
    edge = Edge(stage, "--grace", "0.5")
    publisher = stage.publisher(edge.rtmp + "/a")
    edge.until_live("a")
    players = [stage.player(url, name, seconds=0, options=("--buffer", "300", "--publisher-gap", "1"))
               for url, name in ((edge.flv("a"), "flv"), (edge.rtmp + "/a", "rtmp"))]
    until("both count", lambda: edge.streams()["a"]["viewers"] == 2)
    until("both have media", lambda: edge.streams()["a"]["bytes_out"] > 100_000)

    publisher.stop()

    began = time.monotonic()
    for player in players:
        run = player.wait(20)
        equal(run.status, 0, f"{player.name}'s exit status ({run.stderr})")
        report = stage.report(player.name)
        equal(report["error"], None, f"{player.name}'s error")
        # The wait for a publisher that did not come is no freeze: there was nothing to show.
        equal((report["publisher_gaps"], report["timeline"][-1]["state"]), (1, "waiting"), "gaps, last state")
        within(report["freeze_percent"], 0, 60, f"{player.name}'s freeze in percent")
    within(time.monotonic() - began, 1, 10, "seconds until the viewers ended")


@beside
def a_stopped_edge_tells_its_viewers(stage):
    edge = Edge(stage)
    stage.publisher(edge.rtmp + "/a")
    edge.until_live("a")
    with socket.create_connection(("127.0.0.1", edge.http_port), timeout=5) as viewer:
        viewer.sendall(b"GET /live/a.flv HTTP/1.1\r\nHost: x\r\n\r\n")
        check(viewer.recv(1 << 16).startswith(b"HTTP/1.1 200"), "no stream")

        edge.process.send(signal.SIGTERM)

        try:
            while viewer.recv(1 << 16):
                pass
        except OSError as error:
            raise Failed(f"the connection broke instead of ending: {error}") from None
    edge.process.done(3)


@beside
def a_viewer_survives_its_publisher_coming_back(stage):
    """Within the edge's patience a new publisher of the name takes over for the same viewer."""
    edge = Edge(stage, "--grace", "10")
    first = stage.publisher(edge.rtmp + "/a")
    edge.until_live("a")
    player = stage.player(edge.flv("a"), seconds=0)
    until("the player counts", lambda: edge.streams()["a"]["viewers"] == 1)
    first.stop()

    stage.publisher(edge.rtmp + "/a", name="second")
    edge.until_live("a")
    before = edge.streams()["a"]["bytes_out"]
    until("media goes on", lambda: edge.streams()["a"]["bytes_out"] > before + 150_000, 15)

    run, _ = player.stop()
    report = stage.report("play")
    equal((run.status, report["reconnects"], report["decode_errors"]), (0, 0, 0), "status, reconnects, decode errors")
    check(report["timeline"][-1]["state"] == "playing", f"last state: {report['timeline'][-1]}")


def a_viewer_that_was_sent_away_is_back_with_its_publisher(stage):
    """The edge ends its viewers long before the next publisher comes; the players look for it."""
    edge = Edge(stage, "--grace", "0.2")
    first = stage.publisher(edge.rtmp + "/a")
    edge.until_live("a")
    players = [stage.player(edge.flv("a"), "flv", seconds=0), stage.player(edge.rtmp + "/a", "rtmp", seconds=0)]
    until("both count", lambda: edge.streams()["a"]["viewers"] == 2)
    until("both have media", lambda: edge.streams()["a"]["bytes_out"] > 200_000)
    first.stop()
    until("the edge let go of the stream", lambda: not edge.streams())
    time.sleep(2)  # The gap itself.

    stage.publisher(edge.rtmp + "/a", name="second")
    until("both are back", lambda: edge.streams().get("a", {}).get("viewers") == 2, 15)
    until("media goes on", lambda: edge.streams()["a"]["bytes_out"] > 300_000, 15)

    for player in players:
        run, _ = player.stop()
        report = stage.report(player.name)
        equal((run.status, report["error"], report["decode_errors"]), (0, None, 0), f"{player.name}: status and errors")
        equal((report["publisher_gaps"], report["stalls"]["count"]), (1, 0), f"{player.name}: gaps, stalls")
        states = [row["state"] for row in report["timeline"]]
        check("waiting" in states and states[-1] == "playing", f"{player.name}: states {states}")
