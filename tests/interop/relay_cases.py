# SPDX-License-Identifier: Apache-2.0
"""Our programs behind a firewall that lets no UDP through: a network namespace with a rule, coturn outside."""
import os
import subprocess

from checks import Skipped, beside, check, complains, equal, plays_well
from peers import until
from servers import Coturn, Edge, need


class _Behind:
    """A host of its own, joined to this one, that can send no UDP. Use as a context."""

    def __init__(self, stage):
        need("ip", "iproute2")
        if os.geteuid() != 0:
            raise Skipped("network namespaces want root")
        self.stage = stage
        self.name = f"oib{os.getpid() % 10000}"
        net = f"10.78.{os.getpid() % 250}"
        self.outside, self.inside = f"{net}.1", f"{net}.2"

    def __enter__(self):
        if subprocess.run(["ip", "netns", "add", self.name], capture_output=True).returncode != 0:
            raise Skipped("no network namespaces here")
        ours, theirs = self.name + "o", self.name + "i"
        try:
            for words in (f"link add {ours} type veth peer name {theirs}", f"link set {theirs} netns {self.name}",
                          f"addr add {self.outside}/24 dev {ours}", f"link set {ours} up",
                          f"-n {self.name} addr add {self.inside}/24 dev {theirs}",
                          f"-n {self.name} link set {theirs} up", f"-n {self.name} link set lo up",
                          f"-n {self.name} rule add pref 10 ipproto udp prohibit"):
                done = subprocess.run(["ip", *words.split()], capture_output=True, text=True)
                if done.returncode != 0:
                    raise Skipped(f"ip {words}: {done.stderr.strip()}")
        except Skipped:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for process in self.stage.processes:
            if self.name in process.argv:
                process.kill()
        subprocess.run(["ip", "netns", "del", self.name], capture_output=True)

    def start(self, name, argv):
        return self.stage.start(name, ["ip", "netns", "exec", self.name, *argv])


def _sessions(edge):
    return sum(count for name, count in edge.metrics().items() if name.startswith("onair_edge_rtc_sessions{"))


def _goes_by_turn(stage, scheme):
    with _Behind(stage) as host:
        coturn = Coturn(stage, ip=host.outside)
        edge = Edge(stage, "--listen", "0.0.0.0")
        port = coturn.tls_port if scheme == "turns" else coturn.port
        server = f"{scheme}:{host.outside}:{port}?transport=tcp,user,secret"
        rts = f"rts://{host.outside}:{edge.http_port}/live/room"
        reach = ["--ice-server", server, "--insecure", "--quiet"]
        ours = host.start("publish", stage.ours("publish", "--size", "640x360", "--bitrate", "800", "--duration", "12",
                                                "--to", rts, "--report", stage.path("publish.json"), *reach))
        edge.until_live("room", 10)
        host.start("play", stage.ours("play", rts, "--headless", "--duration", "5", "--report",
                                      stage.path("play.json"), *reach)).done(20)
        plays_well(stage.report("play"), 60, gaps=50)
        ours.done(20)
        equal(stage.report("publish")["error"], None, "error")
        # Relayed by coturn, for nothing else leaves that host; and given back.
        until("two channels in coturn's log", lambda: coturn.text().count("CHANNEL_BIND") >= 2)
        equal(_sessions(edge), 0, "sessions left at the edge")


def programs_go_by_turn_over_tcp_where_udp_is_blocked(stage):
    _goes_by_turn(stage, "turn")


def programs_go_by_turn_over_tls_where_udp_is_blocked(stage):
    _goes_by_turn(stage, "turns")


@beside
def blocked_udp_is_told_as_a_path_that_was_not_found(stage):
    with _Behind(stage) as host:
        edge = Edge(stage, "--listen", "0.0.0.0")
        run = host.start("publish", stage.ours("publish", "--size", "320x180", "--quiet", "--to",
                                               f"rts://{host.outside}:{edge.http_port}/live/x")).wait(30)
        line = complains(run, "onair-publish", "ice.no_path")
        check("checks on" in line and "no TURN server" in line, "the line does not say what was tried: " + line)
        # An accepted offer without a path would stand for 15 s.
        until("the edge was told", lambda: _sessions(edge) == 0, 5)
