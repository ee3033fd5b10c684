#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""aiortc as a WHIP or WHEP client. Run by webrtc_cases.py.

usage: aiortc_client.py publish|play URL SECONDS
Prints "agreed CODECS" and, when playing, "picture WxH" and "sound HZ" once and at the end "seen PICTURES SOUNDS".
Its session is ended by DELETE.
"""
import asyncio
import sys
import urllib.request
from urllib.parse import urljoin

from aiortc import RTCPeerConnection, RTCSessionDescription
from aiortc.contrib.media import MediaPlayer

PICTURE = "testsrc2=size=640x360:rate=30"
TONE = "sine=frequency=440:sample_rate=48000"
seen = {"video": 0, "audio": 0}


def request(method, url, body=None):
    """(answer's text, Location)"""
    call = urllib.request.Request(url, data=body and body.encode(), method=method,
                                  headers={"Content-Type": "application/sdp"} if body else {})
    with urllib.request.urlopen(call, timeout=5) as answer:
        return answer.read().decode(), answer.headers["Location"]


async def watch(track):
    while True:
        frame = await track.recv()
        if not seen[track.kind]:
            what = f"picture {frame.width}x{frame.height}" if track.kind == "video" else f"sound {frame.sample_rate}"
            print(what, flush=True)
        seen[track.kind] += 1


async def main(role, url, seconds):
    peer = RTCPeerConnection()
    if role == "publish":
        peer.addTrack(MediaPlayer(TONE, format="lavfi").audio)
        peer.addTrack(MediaPlayer(PICTURE, format="lavfi").video)
        for transceiver in peer.getTransceivers():
            transceiver.direction = "sendonly"
    else:
        for kind in ("audio", "video"):
            peer.addTransceiver(kind, direction="recvonly")
        peer.on("track", lambda track: asyncio.ensure_future(watch(track)))
    await peer.setLocalDescription(await peer.createOffer())
    loop = asyncio.get_running_loop()
    answer, location = await loop.run_in_executor(None, request, "POST", url, peer.localDescription.sdp)
    print("agreed", *sorted({line.split()[1] for line in answer.splitlines() if line.startswith("a=rtpmap:")}),
          flush=True)
    await peer.setRemoteDescription(RTCSessionDescription(answer, "answer"))
    await asyncio.sleep(float(seconds))
    print("seen", seen["video"], seen["audio"], flush=True)
    await loop.run_in_executor(None, request, "DELETE", urljoin(url, location))
    await peer.close()


if __name__ == "__main__":
    sys.exit(asyncio.run(main(*sys.argv[1:])))
