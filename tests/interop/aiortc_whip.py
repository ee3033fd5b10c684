#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A server of WHIP or WHEP on aiortc's stack, for one publisher or one viewer. Run by whip_cases.py.

usage: aiortc_whip.py [--serve]
                           --serve: WHEP, a green picture of 640x480 and silence.
                           Prints "port N", each request with its bearer token, then "picture WxH" and "sound HZ"
                           once, and each second "seen P S". /404 and the like are refused with that status.
"""
import asyncio
import sys

from aiortc import RTCPeerConnection, RTCSessionDescription
from aiortc.exceptions import OperationError
from aiortc.mediastreams import AudioStreamTrack, MediaStreamError, VideoStreamTrack

seen = {"video": 0, "audio": 0}


async def watch(track):
    while True:
        try:
            frame = await track.recv()
        except MediaStreamError:  # The publisher said goodbye.
            return
        if not seen[track.kind]:
            what = f"picture {frame.width}x{frame.height}" if track.kind == "video" else f"sound {frame.sample_rate}"
            print(what, flush=True)
        seen[track.kind] += 1


async def read_request(reader):
    method, path, _ = (await reader.readline()).decode().split()
    headers = {}
    while (line := (await reader.readline()).decode().strip()):
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    print(method, path, headers.get("authorization", "-").removeprefix("Bearer "), flush=True)
    return method, path, body.decode()


async def serve(reader, writer, peer):
    method, path, body = await read_request(reader)
    head, answer = "HTTP/1.1 200 OK\r\n", ""
    if path[1:].isdigit():
        head = f"HTTP/1.1 {path[1:]} refused\r\n"
    elif method == "POST":
        try:
            await peer.setRemoteDescription(RTCSessionDescription(body, "offer"))
            await peer.setLocalDescription(await peer.createAnswer())
            answer = peer.localDescription.sdp
        except OperationError:  # No codec in common.
            head = "HTTP/1.1 406 Not Acceptable\r\n"
        else:
            head = "HTTP/1.1 201 Created\r\nContent-Type: application/sdp\r\nLocation: /session/1\r\n"
    writer.write(f"{head}Content-Length: {len(answer)}\r\nConnection: close\r\n\r\n{answer}".encode())
    await writer.drain()
    writer.close()
    if method == "DELETE":
        print("deleted", flush=True)


async def main():
    peer = RTCPeerConnection()
    if "--serve" in sys.argv:
        peer.addTrack(VideoStreamTrack())
        peer.addTrack(AudioStreamTrack())
    peer.on("track", lambda track: asyncio.ensure_future(watch(track)))
    server = await asyncio.start_server(lambda r, w: serve(r, w, peer), "127.0.0.1", 0)
    print("port", server.sockets[0].getsockname()[1], flush=True)
    while True:
        await asyncio.sleep(1)
        print("seen", seen["video"], seen["audio"], flush=True)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
