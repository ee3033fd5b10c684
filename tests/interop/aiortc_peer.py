# SPDX-License-Identifier: Apache-2.0
"""aiortc's own DTLS, SCTP and data channels over a UDP socket, without its ICE. Run by dtls_cases.py.

usage: aiortc_peer.py active|passive LOCAL_PORT REMOTE_PORT
Prints its fingerprint, reads ours from its input; opens a channel, sends short, empty and long messages, prints what
comes ("message …"), and closes the channel when all has come back.
"""
import asyncio
import sys

from aiortc.rtcdatachannel import RTCDataChannel, RTCDataChannelParameters
from aiortc.rtcdtlstransport import RTCCertificate, RTCDtlsFingerprint, RTCDtlsParameters, RTCDtlsTransport
from aiortc.rtcsctptransport import RTCSctpCapabilities, RTCSctpTransport

LONG = bytes(range(256)) * 200


class UdpAsIce(asyncio.DatagramProtocol):
    """What aiortc's DTLS wants of an ICE transport."""

    def __init__(self, role, remote):
        self.role, self.remote, self.state, self.stopped = role, remote, "completed", False
        self.queue = asyncio.Queue()
        self.socket = None

    def connection_made(self, transport):
        self.socket = transport

    def datagram_received(self, data, _):
        self.queue.put_nowait(data)

    def error_received(self, _):
        pass  # Nobody listens yet.

    async def _recv(self):
        return await self.queue.get()

    async def _send(self, data):
        self.socket.sendto(data, self.remote)


async def main(role, local, remote):
    # aiortc takes the DTLS role from ICE's: the controlling end is the server.
    ice = UdpAsIce("controlled" if role == "active" else "controlling", ("127.0.0.1", remote))
    await asyncio.get_running_loop().create_datagram_endpoint(lambda: ice, local_addr=("127.0.0.1", local))
    certificate = RTCCertificate.generateCertificate()
    print("fingerprint", "sha-256", certificate.getFingerprints()[0].value, flush=True)
    ours = await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    dtls = RTCDtlsTransport(ice, [certificate])
    sctp = RTCSctpTransport(dtls)
    done = asyncio.Event()

    @sctp.on("datachannel")
    def on_datachannel(channel):
        print("opened", channel.label, flush=True)
        channel.on("message", lambda message: print("message", message, flush=True))

    await dtls.start(RTCDtlsParameters([RTCDtlsFingerprint("sha-256", ours.split()[-1])]))
    print("dtls", dtls.state, flush=True)
    await sctp.start(RTCSctpCapabilities(maxMessageSize=65536), 5000)
    channel = RTCDataChannel(sctp, RTCDataChannelParameters(label="from-aiortc", ordered=False, maxRetransmits=20))
    came = []

    @channel.on("open")
    def on_open():
        for message in ("short", "", LONG):
            channel.send(message)

    @channel.on("message")
    def on_message(message):
        came.append(message)
        if len(came) == 3:
            done.set()

    await asyncio.wait_for(done.wait(), 10)
    print("all back" if sorted(map(len, came)) == [0, 5, len(LONG)] and LONG in came else f"not back: {came}", flush=True)
    channel.close()
    await asyncio.sleep(1)
    print("channel", channel.readyState, flush=True)
    await dtls.stop()


asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
