#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""WHIP and WHEP in front of Janus's VideoRoom, over its HTTP API. Run by webrtc_cases.py.

usage: janus_front.py JANUS_URL      prints "port N", then each request and what Janus tells of it

POST /whip publishes to the room; POST /whep is answered by 406 and Janus's own offer, because VideoRoom offers;
the answer comes by PATCH. One publisher.
"""
import http.server
import json
import sys
import threading
import urllib.request

ROOM = 1
SDP = "application/sdp"


class Handle:
    """A handle of VideoRoom in a session of its own."""

    def __init__(self, janus):
        self.session = f"{janus}/{self.ask(janus, janus='create')['data']['id']}"
        plugin = self.ask(self.session, janus="attach", plugin="janus.plugin.videoroom")["data"]["id"]
        self.address = f"{self.session}/{plugin}"
        self.answers, self.came = [], threading.Condition()
        threading.Thread(target=self.listen, daemon=True).start()

    @staticmethod
    def ask(address, **what):
        body = json.dumps({"transaction": "x", **what}).encode()
        with urllib.request.urlopen(urllib.request.Request(address, data=body), timeout=5) as answer:
            said = json.loads(answer.read())
        if said["janus"] == "error":
            raise RuntimeError(said["error"])
        return said

    def listen(self):
        """Janus's events; the answers to send() among them."""
        while True:
            with urllib.request.urlopen(f"{self.session}?maxev=1", timeout=60) as answer:
                event = json.loads(answer.read())
            if event["janus"] in ("webrtcup", "media", "slowlink", "hangup"):
                print(event["janus"], event.get("type", ""), event.get("receiving", ""), event.get("reason", ""),
                      flush=True)
            if event["janus"] == "event":
                with self.came:
                    self.answers.append(event)
                    self.came.notify()

    def send(self, jsep=None, **body):
        """The event that answers: (its data, its description or None)"""
        self.ask(self.address, janus="message", body=body, **({"jsep": jsep} if jsep else {}))
        with self.came:
            if not self.came.wait_for(lambda: self.answers, timeout=5):
                raise RuntimeError("Janus is silent")
            event = self.answers.pop(0)
        data = event["plugindata"]["data"]
        if "error" in data:
            raise RuntimeError(data["error"])
        return data, event.get("jsep", {}).get("sdp")

    def end(self):
        self.ask(self.session, janus="destroy")


class Front(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    janus = ""
    handles = {}
    feed = None

    def reply(self, status, body="", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def body(self):
        return self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()

    def do_POST(self):
        offer, handle = self.body(), Handle(self.janus)
        name = f"/session/{len(self.handles)}"
        self.handles[name] = handle
        if self.path == "/whip":
            joined, _ = handle.send(request="join", ptype="publisher", room=ROOM)
            _, answer = handle.send(request="publish", jsep={"type": "offer", "sdp": offer})
            Front.feed = joined["id"]
            return self.reply(201, answer, Content_Type=SDP, Location=name)
        _, theirs = handle.send(request="join", ptype="subscriber", room=ROOM, streams=[{"feed": Front.feed}])
        self.reply(406, theirs, Content_Type=SDP, Location=name)

    def do_PATCH(self):
        self.handles[self.path].send(request="start", jsep={"type": "answer", "sdp": self.body()})
        self.reply(204)

    def do_DELETE(self):
        self.handles[self.path].end()
        self.reply(200)

    def log_message(self, form, *arguments):
        print(form % arguments, flush=True)


if __name__ == "__main__":
    Front.janus = sys.argv[1]
    server = http.server.ThreadingHTTPServer(("0.0.0.0", 0), Front)
    print("port", server.server_port, flush=True)
    server.serve_forever()
