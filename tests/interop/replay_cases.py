# SPDX-License-Identifier: Apache-2.0
"""Live sessions whose inputs were recorded, told again in virtual time."""
import stat

from checks import beside, check, complains, equal
from servers import Edge, Nginx


def _replay(stage, log, name="replay"):
    return stage.run(name, stage.ours("twin", "replay", log, "--report", stage.path(f"{name}.json")), limit_s=30)


def _came_out(stage, log, bytes_sent):
    run = _replay(stage, log)
    check(run.status == 0, f"the replay failed: {run.stderr}")
    report = stage.report("replay")
    equal(report["identical"], True, "identical")
    equal(report["bytes"], bytes_sent, "bytes that came out again")
    check(report["inputs"] > 200, f"too few inputs: {report}")


def a_live_session_at_nginx_is_replayed_byte_for_byte(stage):
    nginx, log = Nginx(stage), stage.path("session.in")
    stage.publisher(nginx.rtmp + "/kept", seconds=4, options=("--record-inputs", log)).done()
    equal(stat.S_IMODE(log.stat().st_mode), 0o600, "mode of a file with a stream key")
    _came_out(stage, log, stage.report("publish")["bytes_sent"])


@beside
def a_session_that_lost_its_server_is_replayed_byte_for_byte(stage):
    edge, log = Edge(stage), stage.path("session.in")
    publisher = stage.publisher(edge.rtmp + "/kept", seconds=9, options=("--record-inputs", log))
    edge.until_live("kept")
    edge.process.kill()
    edge = Edge(stage, rtmp=edge.rtmp_port, http=edge.http_port)
    edge.until_live("kept")
    publisher.done()
    check(stage.report("publish")["reconnects"] >= 1, "it never lost its server")
    _came_out(stage, log, stage.report("publish")["bytes_sent"])


@beside
def a_changed_log_is_told_with_its_place(stage):
    edge, log = Edge(stage), stage.path("session.in")
    stage.publisher(edge.rtmp + "/kept", seconds=2, options=("--record-inputs", log)).done()
    bytes_ = bytearray(log.read_bytes())
    bytes_[len(bytes_) // 2] ^= 1
    log.write_bytes(bytes_)
    run = _replay(stage, log)
    check(run.status == 1 and len(run.stderr.strip().split("\n")) == 1, f"exit {run.status}: {run.stderr}")
    complains(_replay(stage, stage.path("nothing"), "absent"), "onair-twin", "file.not_found")
