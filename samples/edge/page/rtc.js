// SPDX-License-Identifier: Apache-2.0
//
// WHIP (RFC 9725) and WHEP sessions of a browser: one offer by POST, media, DELETE at the end.
// Candidates go with the offer; nothing is trickled, because the server's addresses suffice to find ours.
"use strict";

class RtcSession {
  // Addresses of this machine come within milliseconds; who asks STUN servers must not hold up the rest.
  static GATHER_LIMIT_MS = 500;

  // Gives camera and microphone to a WHIP address. `token`: the bearer, or "". Rejects with the reason in words.
  static async publish(url, stream, { token = "", videoBitrate = 2_500_000 } = {}) {
    const session = new RtcSession(url, token);
    for (const track of stream.getTracks()) {
      const isVideo = track.kind === "video";
      const transceiver = session.connection.addTransceiver(track, {
        direction: "sendonly",
        streams: [stream],
        sendEncodings: isVideo ? [{ maxBitrate: videoBitrate }] : [{}],
      });
      if (isVideo) RtcSession.#preferH264(transceiver, RTCRtpSender.getCapabilities("video"));
    }
    return session.#open();
  }

  // Takes picture and sound from a WHEP address; `session.stream` fills as they come.
  static async play(url, { token = "" } = {}) {
    const session = new RtcSession(url, token);
    session.stream = new MediaStream();
    session.connection.addEventListener("track", ({ track, receiver }) => {
      if ("jitterBufferTarget" in receiver) receiver.jitterBufferTarget = 0;  // No more than the network asks for.
      session.stream.addTrack(track);
    });
    session.connection.addTransceiver("audio", { direction: "recvonly" });
    const video = session.connection.addTransceiver("video", { direction: "recvonly" });
    RtcSession.#preferH264(video, RTCRtpReceiver.getCapabilities("video"));
    return session.#open();
  }

  constructor(url, token) {
    this.url = url;
    this.headers = token ? { Authorization: `Bearer ${token}` } : {};
    this.connection = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
    this.began = performance.now();
    this.resource = null;  // What to DELETE.
    this.onlost = () => {};  // (reason): the connection is gone without our close().
    this.connection.addEventListener("connectionstatechange", () => {
      if (this.connection.connectionState !== "failed") return;
      this.close();
      this.onlost("the connection was lost");
    });
  }

  // The server hears of it even when the page is being closed. Settles when it has answered.
  async close() {
    const { resource } = this;
    this.resource = null;
    this.connection.close();
    if (!resource) return;
    await fetch(resource, { method: "DELETE", headers: this.headers, keepalive: true }).catch(() => {});
  }

  // What getStats() tells, as numbers since the beginning; see RtcRates for what they were lately.
  async totals() {
    const kinds = {};
    for (const entry of (await this.connection.getStats()).values()) {
      if (entry.type === "inbound-rtp" || entry.type === "outbound-rtp") {
        kinds[`${entry.type.startsWith("in") ? "in" : "out"}_${entry.kind}`] = entry;
      } else if (entry.type === "remote-inbound-rtp") {
        kinds[`remote_${entry.kind}`] = entry;
      } else if (entry.type === "candidate-pair" && entry.nominated && entry.state === "succeeded") {
        kinds.path = entry;
      } else if (entry.type === "codec") {
        kinds[entry.mimeType.split("/")[0] + "_codec"] = entry;
      }
    }
    return kinds;
  }

  static #preferH264(transceiver, capabilities) {
    const codecs = capabilities?.codecs ?? [];
    const isH264 = (codec) => codec.mimeType.toLowerCase() === "video/h264";
    if (!codecs.some(isH264)) throw new Error("this browser has no H.264");
    if (!transceiver.setCodecPreferences) return;
    transceiver.setCodecPreferences([...codecs.filter(isH264), ...codecs.filter((codec) => !isH264(codec))]);
  }

  async #open() {
    try {
      await this.connection.setLocalDescription();
      await this.#gathered();
      const answer = await this.#post(this.connection.localDescription.sdp);
      await this.connection.setRemoteDescription({ type: "answer", sdp: answer });
      return this;
    } catch (error) {
      this.close();
      throw error;
    }
  }

  #gathered() {
    const { connection } = this;
    return new Promise((resolve) => {
      const look = () => connection.iceGatheringState === "complete" && resolve();
      connection.addEventListener("icegatheringstatechange", look);
      setTimeout(resolve, RtcSession.GATHER_LIMIT_MS);
      look();
    });
  }

  async #post(offer) {
    const answer = await fetch(this.url, {
      method: "POST", body: offer, headers: { ...this.headers, "Content-Type": "application/sdp" },
    }).catch(() => { throw new Error("the server does not answer"); });
    const text = await answer.text();
    if (answer.status !== 201) {
      throw new Error(text.trim().split("\n")[0].slice(0, 200) || `the server refused it (${answer.status})`);
    }
    const location = answer.headers.get("Location");
    if (location) this.resource = new URL(location, answer.url).href;  // Relative to where redirects led.
    return text;
  }
}

// What a session did between two looks at it.
class RtcRates {
  #before = {};

  // {kbps, fps, lost_percent, buffer_ms, delay_ms, rtt_ms, width, height, freezes}; a number is null until known.
  async look(session) {
    const now = await session.totals();
    const before = this.#before;
    this.#before = now;
    const since = (kind, name) => (now[kind]?.[name] ?? 0) - (before[kind]?.[name] ?? 0);
    const seconds = (now.path?.timestamp - before.path?.timestamp) / 1000;
    const perFrame = (name, count) => {
      const frames = since("in_video", count);
      return frames > 0 ? (1000 * since("in_video", name)) / frames : null;
    };
    const picture = now.in_video ?? now.out_video;
    const lost = since("in_video", "packetsLost") + since("in_audio", "packetsLost");
    const came = since("in_video", "packetsReceived") + since("in_audio", "packetsReceived");
    const rtt_ms = now.path?.currentRoundTripTime === undefined ? null : 1000 * now.path.currentRoundTripTime;
    const processing_ms = perFrame("totalProcessingDelay", "framesDecoded");
    return {
      kbps: seconds > 0 ? (8 * since("path", now.in_video ? "bytesReceived" : "bytesSent")) / seconds / 1000 : null,
      fps: picture?.framesPerSecond ?? null,
      width: picture?.frameWidth ?? null,
      height: picture?.frameHeight ?? null,
      rtt_ms,
      buffer_ms: perFrame("jitterBufferDelay", "jitterBufferEmittedCount"),
      // From the server to the screen: half the way there and back, waiting, decoding.
      delay_ms: processing_ms === null || rtt_ms === null ? null : rtt_ms / 2 + processing_ms,
      lost_percent: now.in_video
        ? (came + lost > 0 ? Math.max(0, (100 * lost) / (came + lost)) : null)
        : (now.remote_video ? 100 * (now.remote_video.fractionLost ?? 0) : null),
      freezes: now.in_video?.freezeCount ?? 0,
      limited_by: now.out_video?.qualityLimitationReason ?? "none",
    };
  }
}
