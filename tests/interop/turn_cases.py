# SPDX-License-Identifier: Apache-2.0
"""Our ICE agent and TURN client against coturn: UDP, TCP, TLS, IPv6, wrong passwords, stale nonces."""
import pathlib
import re

from checks import Skipped, beside, check, equal
from peers import until
from servers import Coturn


def _talk(stage, coturn, way, *options, password="secret"):
    port = coturn.tls_port if way == "tls" else coturn.port
    return stage.run("ice", [stage.bin / "onair-ice-peer", way, f"127.0.0.1:{port}", "user", password, *options])


def _talks_relayed(run):
    check(run.status == 0, f"not all words arrived:\n{run.stdout}{run.stderr}")
    check(re.search(r"^connected relayed$", run.stdout, re.M), run.stdout)
    check("echoed 51 51" in run.stdout, run.stdout)


@beside
def ice_talks_through_coturn_over_udp(stage):
    coturn = Coturn(stage)
    run = _talk(stage, coturn, "udp")
    _talks_relayed(run)
    # What coturn's STUN saw of a socket that stands elsewhere for the agent.
    check(re.search(r"^srflx 127\.0\.0\.1:\d+$", run.stdout, re.M), "no reflexive candidate:\n" + run.stdout)
    check(re.search(r"^relay 127\.0\.0\.1:\d+$", run.stdout, re.M), "no relayed candidate:\n" + run.stdout)
    until("the channel in coturn's log", lambda: "CHANNEL_BIND" in coturn.text())
    until("the allocation was given back", lambda: re.search(r"lifetime=0|delete: realm", coturn.text()))


@beside
def ice_talks_through_coturn_over_tcp(stage):
    _talks_relayed(_talk(stage, Coturn(stage), "tcp"))


@beside
def ice_talks_through_coturn_over_tls(stage):
    _talks_relayed(_talk(stage, Coturn(stage), "tls"))


@beside
def ice_gets_an_ipv6_address_of_coturn(stage):
    if not pathlib.Path("/proc/net/if_inet6").read_text().strip():
        raise Skipped("this host has no IPv6")
    coturn = Coturn(stage, "--relay-ip=::1")
    run = _talk(stage, coturn, "udp", "v6")
    _talks_relayed(run)
    check(re.search(r"^relay \[::1\]:\d+$", run.stdout, re.M), run.stdout)


@beside
def coturn_refuses_a_wrong_password(stage):
    run = _talk(stage, Coturn(stage), "udp", password="wrong")
    equal(run.status, 1, "exit status")
    check("turn.unauthorized" in run.stdout, run.stdout)


@beside
def coturn_nonces_that_grow_stale_do_no_harm(stage):
    # A nonce lives for a second; the peer is permitted after two.
    coturn = Coturn(stage, "--stale-nonce=1")
    _talks_relayed(_talk(stage, coturn, "udp", "late"))
    check("error 438" in coturn.text(), "no nonce grew stale:\n" + coturn.text())
