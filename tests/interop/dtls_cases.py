# SPDX-License-Identifier: Apache-2.0
"""Our DTLS-SRTP against OpenSSL's and GnuTLS's programs, both ways: same keys, data both ways."""
import hashlib
import os
import pathlib
import re
import shlex
import socket
import ssl
import subprocess

from checks import Skipped, beside, check, equal
from peers import free_port, until
from servers import need

_LABEL = "EXTRACTOR-dtls_srtp"
_GCM, _CM = 7, 1
_KEY_BYTES = {_GCM: 56, _CM: 60}


def _udp_port():
    return str(free_port(socket.SOCK_DGRAM))


class _Stranger:
    """A certificate of the openssl program's, and what it is announced as."""

    def __init__(self, stage, kind="ec"):
        self.openssl = need("openssl", "openssl")
        self.cert, self.key = stage.path("peer.pem"), stage.path("peer.key")
        how = ["-newkey", "rsa:2048"] if kind == "rsa" else ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
        done = subprocess.run([self.openssl, "req", "-x509", *how, "-nodes", "-days", "2", "-subj", "/CN=peer",
                               "-keyout", self.key, "-out", self.cert], capture_output=True, timeout=20)
        check(done.returncode == 0, done.stderr.decode())

    def fingerprint(self, name="sha-256"):
        der = ssl.PEM_cert_to_DER_cert(self.cert.read_text())
        digest = hashlib.new(name.replace("-", ""), der).hexdigest().upper()
        return name + " " + ":".join(digest[i:i + 2] for i in range(0, len(digest), 2))


def _ours(stage, role, local, remote, fingerprint):
    process = stage.start("ours", [stage.bin / "onair-dtls-peer", role, local, remote, fingerprint])
    until("our peer is ready", lambda: "ready" in process.said())
    return process


def _theirs(stage, words, command):
    """Runs with `words` on its input after a while, and keeps that open."""
    line = f"(sleep 1; echo {shlex.quote(words)}; sleep 20) | {' '.join(shlex.quote(str(part)) for part in command)}"
    return stage.start("theirs", ["sh", "-c", line])


def _same_keys(ours, theirs, profile):
    found = until("our keys", lambda: re.search(r"connected (\d+) ([0-9A-F]+)", ours.said()))
    equal(int(found[1]), profile, "profile")
    exported = until("their keys", lambda: re.search(
        r"(?:Keying material:|Key material:|material:)\s*([0-9A-Fa-f]{20,})", theirs.said()))
    equal(exported[1].upper(), found[2], "keys")


def _talk(ours, theirs, words):
    until("their words here", lambda: f"data {words}" in ours.said())
    until("our echo there", lambda: theirs.said().count(words) >= 1)


def _openssl(stranger, command, profile, *options):
    names = {_GCM: "SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_80", _CM: "SRTP_AES128_CM_SHA1_80"}
    return [stranger.openssl, command, "-dtls1_2", "-use_srtp", names[profile], "-keymatexport", _LABEL,
            "-keymatexportlen", _KEY_BYTES[profile], "-cert", stranger.cert, "-key", stranger.key, *options]


@beside
def dtls_openssl_client(stage):
    stranger, port = _Stranger(stage), _udp_port()
    ours = _ours(stage, "passive", port, "0", stranger.fingerprint())
    theirs = _theirs(stage, "hello-from-openssl", _openssl(stranger, "s_client", _GCM, "-connect", f"127.0.0.1:{port}"))
    _same_keys(ours, theirs, _GCM)
    _talk(ours, theirs, "hello-from-openssl")


@beside
def dtls_openssl_server(stage):
    stranger, port = _Stranger(stage, "rsa"), _udp_port()
    theirs = _theirs(stage, "hello-from-openssl", _openssl(
        stranger, "s_server", _CM, "-port", port, "-Verify", 1, "-4"))
    until("it accepts", lambda: "ACCEPT" in theirs.said())
    ours = _ours(stage, "active", _udp_port(), port, stranger.fingerprint("sha-512"))
    _same_keys(ours, theirs, _CM)
    _talk(ours, theirs, "hello-from-openssl")


@beside
def dtls_openssl_server_with_cookie(stage):
    stranger, port = _Stranger(stage), _udp_port()
    theirs = _theirs(stage, "hello-from-openssl", _openssl(
        stranger, "s_server", _GCM, "-listen", "-port", port, "-Verify", 1, "-4"))
    until("it accepts", lambda: "ACCEPT" in theirs.said())
    ours = _ours(stage, "active", _udp_port(), port, stranger.fingerprint())
    _same_keys(ours, theirs, _GCM)
    _talk(ours, theirs, "hello-from-openssl")


@beside
def dtls_refuses_another_openssl(stage):
    stranger, port = _Stranger(stage), _udp_port()
    other = "sha-256 " + ":".join(["AB"] * 32)
    ours = _ours(stage, "passive", port, "0", other)
    theirs = _theirs(stage, "secret", _openssl(stranger, "s_client", _GCM, "-connect", f"127.0.0.1:{port}"))
    ours.wait(10)
    check("dtls.fingerprint" in ours.said(), f"no refusal: {ours.said()}")
    check("connected" not in ours.said(), "it connected to a stranger")
    until("they were told", lambda: "bad certificate" in theirs.said())


@beside
def dtls_gnutls_client(stage):
    gnutls, stranger, port = need("gnutls-cli", "gnutls-bin"), _Stranger(stage), _udp_port()
    ours = _ours(stage, "passive", port, "0", stranger.fingerprint("sha-384"))
    theirs = _theirs(stage, "hello-from-gnutls", [
        gnutls, "--udp", "--insecure", "--srtp-profiles", "SRTP_AES128_CM_HMAC_SHA1_80", "--x509certfile", stranger.cert,
        "--x509keyfile", stranger.key, "--keymatexport", _LABEL, "--keymatexportsize", _KEY_BYTES[_CM],
        "-p", port, "127.0.0.1"])
    _same_keys(ours, theirs, _CM)
    _talk(ours, theirs, "hello-from-gnutls")


@beside
def dtls_gnutls_server(stage):
    gnutls, stranger, port = need("gnutls-serv", "gnutls-bin"), _Stranger(stage), _udp_port()
    theirs = stage.start("theirs", [
        gnutls, "--udp", "--echo", "--srtp-profiles", "SRTP_AES128_CM_HMAC_SHA1_80", "--x509certfile", stranger.cert,
        "--x509keyfile", stranger.key, "--require-client-cert", "-p", port])
    until("it listens", lambda: "ready" in theirs.said() or "listening" in theirs.said())
    ours = _ours(stage, "active", _udp_port(), port, stranger.fingerprint())
    # It prints its keys for TCP only; that it found the profile and our certificate must do.
    until("our keys", lambda: re.search(r"connected 1 [0-9A-F]{120}", ours.said()))
    until("their profile", lambda: "profile set to SRTP_AES128_CM_HMAC_SHA1_80" in theirs.said())


def _data_channels(stage, our_role, their_role):
    """Ours and aiortc's stacks: each opens a channel, the other one answers on it, one closes."""
    python = "/usr/bin/python3"  # Debian's, which has Debian's aiortc.
    if subprocess.run([python, "-c", "import aiortc"], capture_output=True, timeout=20).returncode != 0:
        raise Skipped("aiortc is not installed (Debian package python3-aiortc)")
    our_port, their_port = _udp_port(), _udp_port()
    script = pathlib.Path(__file__).with_name("aiortc_peer.py")
    feed = stage.path("ours.fifo")
    os.mkfifo(feed)
    theirs = stage.start("theirs", ["sh", "-c", f"exec {python} -B {shlex.quote(str(script))} {their_role} {their_port} "
                                                f"{our_port} < {shlex.quote(str(feed))}"])
    with open(feed, "w") as to_them:
        announced = until("their fingerprint", lambda: re.search(r"fingerprint (sha-256 \S+)", theirs.said()))[1]
        ours = stage.start("ours", [stage.bin / "onair-dtls-peer", our_role, our_port, their_port, announced, "from-us"])
        to_them.write(until("our fingerprint", lambda: re.search(r"ready (sha-256 \S+)", ours.said()))[1] + "\n")
    for words in ("opened from-us", "opened from-aiortc", "message short", f"message {256 * 200}", "gone "):
        until(f"'{words}' here", lambda: words in ours.said(), 15)
    for words in ("opened from-us", "message hello", "all back", "channel closed"):
        until(f"'{words}' there", lambda: words in theirs.said(), 15)


@beside
def data_channels_with_aiortc_as_client(stage):
    _data_channels(stage, "passive", "active")


@beside
def data_channels_with_aiortc_as_server(stage):
    _data_channels(stage, "active", "passive")
