# SPDX-License-Identifier: Apache-2.0
"""RTMPS and HTTPS to our edge, with certificates of the openssl program."""
import subprocess

from checks import beside, check, complains, decodes, equal, is_h264_and_aac, plays_well
from servers import Edge, ffmpeg_record, need


class _Authority:
    """An issuer and server certificates signed by it."""

    def __init__(self, stage):
        self.openssl, self.stage = need("openssl", "openssl"), stage
        self.ca, self.key = stage.path("ca.pem"), stage.path("ca.key")
        self._openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=Test issuer",
                      "-keyout", self.key, "-out", self.ca)

    def identity(self, name, alternative):
        """CERT,KEY for the edge."""
        key, request, cert, extension = (self.stage.path(f"{name}.{kind}") for kind in ("key", "csr", "pem", "ext"))
        extension.write_text(f"subjectAltName={alternative}\n")
        self._openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}", "-keyout", key, "-out", request)
        self._openssl("x509", "-req", "-in", request, "-CA", self.ca, "-CAkey", self.key, "-CAcreateserial",
                      "-days", "2", "-extfile", extension, "-out", cert)
        return f"{cert},{key}"

    def _openssl(self, *arguments):
        done = subprocess.run([self.openssl, *map(str, arguments)], capture_output=True, timeout=20)
        check(done.returncode == 0, f"openssl {arguments[0]}: {done.stderr.decode()}")


def _edge(stage, identity):
    return Edge(stage, "--tls", identity, scheme=("rtmps", "https"))


def _publish_once(stage, url, *options):
    return stage.publisher(url, options=options, seconds=5).wait()


def _play_once(stage, url, *options):
    return stage.player(url, options=options, seconds=5).wait()


def tls_carries_a_stream_end_to_end(stage):
    authority = _Authority(stage)
    edge = _edge(stage, authority.identity("edge", "IP:127.0.0.1,DNS:localhost"))
    trust = ("--ca", authority.ca)
    stage.publisher(edge.rtmp.replace("127.0.0.1", "localhost") + "/a", options=trust)
    edge.until_live("a")

    over_https = stage.player(edge.flv("a"), "https", 4, options=(*trust, "--buffer", "300"))
    over_rtmps = stage.player(edge.rtmp + "/a", "rtmps", 4, options=(*trust, "--buffer", "300"))
    ffmpeg_record(stage, edge.flv("a"), 3, "seen.mkv", "-ca_file", authority.ca, "-tls_verify", "1").done()
    over_https.done()
    over_rtmps.done()

    for name, protocol in (("https", "https-flv"), ("rtmps", "rtmps")):
        report = stage.report(name)
        plays_well(report, 90)
        equal(report["protocol"], protocol, "protocol")
        check(report["first_frame_parts"]["tls"] > 0, "no TLS part in the first frame's time")
    is_h264_and_aac(stage.path("seen.mkv"), (640, 360))
    decodes(stage.path("seen.mkv"), 60)


@beside
def tls_refuses_an_unknown_issuer(stage):
    edge = _edge(stage, _Authority(stage).identity("edge", "IP:127.0.0.1"))

    complains(_publish_once(stage, edge.rtmp + "/a"), "onair-publish", "tls.untrusted")
    complains(_play_once(stage, edge.flv("a")), "onair-play", "tls.untrusted")
    complains(_play_once(stage, edge.rtmp + "/a"), "onair-play", "tls.untrusted")
    equal(stage.report("publish")["frames"]["sent"], 0, "frames sent to a stranger")


@beside
def tls_refuses_another_hosts_certificate(stage):
    authority = _Authority(stage)
    edge = _edge(stage, authority.identity("elsewhere", "DNS:elsewhere.example"))
    trust = ("--ca", authority.ca)

    complains(_publish_once(stage, edge.rtmp + "/a", *trust), "onair-publish", "tls.name_mismatch")
    complains(_play_once(stage, edge.flv("a"), *trust), "onair-play", "tls.name_mismatch")


def tls_unverified_works_when_asked_for(stage):
    edge = _edge(stage, _Authority(stage).identity("elsewhere", "DNS:elsewhere.example"))
    stage.publisher(edge.rtmp + "/a", options=("--insecure",))
    edge.until_live("a")

    plays_well(stage.watch(edge.flv("a"), options=("--insecure", "--buffer", "300")), 60)


@beside
def tls_and_plain_do_not_mix(stage):
    """A TLS client at a plain port, a plain client at a TLS port: refused, not waited for."""
    authority = _Authority(stage)
    plain = Edge(stage)
    secure = _edge(stage, authority.identity("edge", "IP:127.0.0.1"))

    run = _publish_once(stage, plain.rtmp.replace("rtmp:", "rtmps:") + "/a", "--ca", authority.ca)
    equal(run.status, 1, f"exit status ({run.stderr})")
    run = _publish_once(stage, secure.rtmp.replace("rtmps:", "rtmp:") + "/a")
    equal(run.status, 1, f"exit status ({run.stderr})")
