#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""GStreamer's webrtcbin as a WHIP client. Run by webrtc_cases.py.

usage: gst_whip.py URL SECONDS
Publishes H.264 and Opus, prints "state" when its connection changes, ends its session by DELETE.
"""
import sys
import urllib.request
from urllib.parse import urljoin

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstWebRTC", "1.0")
gi.require_version("GstSdp", "1.0")
from gi.repository import GLib, Gst, GstSdp, GstWebRTC  # noqa: E402

PIPELINE = """
webrtcbin name=peer bundle-policy=max-bundle
videotestsrc is-live=true pattern=ball ! video/x-raw,width=640,height=360,framerate=30/1 ! videoconvert
  ! openh264enc bitrate=800000 gop-size=30 ! video/x-h264,profile=constrained-baseline ! h264parse
  ! rtph264pay config-interval=-1 aggregate-mode=zero-latency
  ! application/x-rtp,media=video,encoding-name=H264,payload=102 ! peer.
audiotestsrc is-live=true wave=sine volume=0.3 ! audio/x-raw,rate=48000,channels=2 ! opusenc ! rtpopuspay
  ! application/x-rtp,media=audio,encoding-name=OPUS,payload=111 ! peer.
"""


def request(method, url, body=None):
    """(answer's text, Location)"""
    call = urllib.request.Request(url, data=body and body.encode(), method=method,
                                  headers={"Content-Type": "application/sdp"} if body else {})
    with urllib.request.urlopen(call, timeout=5) as answer:
        return answer.read().decode(), answer.headers["Location"]


class Client:
    def __init__(self, url):
        self.url, self.session = url, None
        self.pipeline = Gst.parse_launch(PIPELINE)
        self.peer = self.pipeline.get_by_name("peer")
        self.peer.connect("on-negotiation-needed", self.offer)
        self.peer.connect("notify::ice-gathering-state", self.post_when_gathered)
        self.peer.connect("notify::connection-state",
                          lambda *_: print("state", self.peer.get_property("connection-state").value_nick, flush=True))
        for index in range(2):
            self.peer.emit("get-transceiver", index).set_property(
                "direction", GstWebRTC.WebRTCRTPTransceiverDirection.SENDONLY)

    def offer(self, _):
        self.peer.emit("create-offer", None, Gst.Promise.new_with_change_func(self.describe))

    def describe(self, promise):
        reply = promise.get_reply()  # Owns the offer.
        self.peer.emit("set-local-description", reply.get_value("offer"), Gst.Promise.new())

    def post_when_gathered(self, *_):
        complete = GstWebRTC.WebRTCICEGatheringState.COMPLETE
        if self.session or self.peer.get_property("ice-gathering-state") != complete:
            return
        offer = self.peer.get_property("local-description").sdp.as_text()
        answer, location = request("POST", self.url, offer)
        self.session = urljoin(self.url, location)
        _, sdp = GstSdp.SDPMessage.new_from_text(answer)
        description = GstWebRTC.WebRTCSessionDescription.new(GstWebRTC.WebRTCSDPType.ANSWER, sdp)
        self.peer.emit("set-remote-description", description, Gst.Promise.new())

    def run(self, seconds):
        loop = GLib.MainLoop()
        GLib.timeout_add(int(1000 * seconds), loop.quit)
        self.pipeline.set_state(Gst.State.PLAYING)
        loop.run()
        if self.session:
            request("DELETE", self.session)
        self.pipeline.set_state(Gst.State.NULL)


if __name__ == "__main__":
    Gst.init(None)
    Client(sys.argv[1]).run(float(sys.argv[2]))
