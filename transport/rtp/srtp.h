// SPDX-License-Identifier: Apache-2.0
//
// SRTP and SRTCP (RFC 3711, RFC 7714) in place: what we send is protected, what comes is checked
// for age and authenticity before anything else sees it. Why not by libsrtp: docs/decisions/0013.
//
//   SRTP:   | RTP header, extension | payload, encrypted | tag |
//   SRTCP:  | 8 bytes | rest, encrypted | E, index | tag |          AES-CM with HMAC-SHA1
//           | 8 bytes | rest, encrypted | tag | E, index |          AES-GCM
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "core/base/result.h"
#include "transport/rtp/packet.h"
#include "transport/rtp/replay_window.h"
#include "transport/rtp/srtp_cipher.h"

namespace onair::rtp {

// What protection adds at most: to an RTP packet, to an RTCP packet.
inline constexpr std::size_t kMaxSrtpTrailer = kSrtpMaxTagBytes;
inline constexpr std::size_t kMaxSrtcpTrailer = kSrtpMaxTagBytes + 4;

// Most streams of one direction: what a peer that has the key can make us hold (140 bytes each).
// Source: ours; a bundle of 3 layers with RTX and sound has 7.
inline constexpr std::size_t kMaxSrtpStreams = 64;

// Streams of a peer that made way for others: of each the newest indexes stay (40 bytes), so that
// nothing of it can be replayed for as long as the key lives. When they are full too, new streams
// are refused. Source: ours; a new stream each minute of a long day.
inline constexpr std::size_t kMaxPastSrtpStreams = 1024;

// The keys of both sides of a DTLS handshake.
struct SrtpKeyPair {
  SrtpKey client;
  SrtpKey server;
};

// RFC 5764 section 4.2: both keys, then both salts. Nothing for another length than
// SrtpKeyingBytes().
constexpr std::size_t SrtpKeyingBytes(SrtpSuite suite) {
  return 2 * (kSrtpKeyBytes + SrtpSaltBytes(suite));
}
std::optional<SrtpKeyPair> SplitKeyingMaterial(SrtpSuite suite, ByteView exported);

// Protects what we send. single-owner; movable.
class SrtpSender {
 public:
  // kInternal, kUnsupported.
  static Result<SrtpSender> Make(const SrtpKey& key);

  // `packet` stands at the front of `room`, which has space for the trailer behind it. Answers the
  // protected size; 0 and the packet must not be sent: not RTP (RTCP), no space, a stream too many,
  // or a sequence number that is not newer than the stream's last. The last is the guard of the
  // keys: one index never encrypts two packets. What is to be sent again is kept by the caller.
  [[nodiscard]] std::size_t ProtectRtp(std::span<std::uint8_t> room, std::size_t size);
  [[nodiscard]] std::size_t ProtectRtcp(std::span<std::uint8_t> room, std::size_t size);

 private:
  struct Stream {
    std::uint32_t ssrc = 0;
    std::optional<std::int64_t> rtp_index = {};
    std::uint32_t rtcp_index = 0;
  };

  SrtpSender(SrtpSuite suite, std::unique_ptr<SrtpCipher> rtp, std::unique_ptr<SrtpCipher> rtcp);
  Stream* Find(std::uint32_t ssrc);

  SrtpSuite suite_;
  std::unique_ptr<SrtpCipher> rtp_;
  std::unique_ptr<SrtpCipher> rtcp_;
  std::vector<Stream> streams_;
};

// Counters; only grow.
struct SrtpStats {
  std::int64_t accepted = 0;
  std::int64_t replayed = 0;   // Seen before, or too old to know.
  std::int64_t forged = 0;     // The tag does not fit.
  std::int64_t malformed = 0;  // Not RTP (RTCP), too short, not encrypted.
  std::int64_t too_many_streams = 0;
  std::int64_t streams_retired = 0;  // Made way for others.
};

// Checks and opens what comes. single-owner; movable.
class SrtpReceiver {
 public:
  // kInternal, kUnsupported.
  static Result<SrtpReceiver> Make(const SrtpKey& key);

  // In place. Answers the size without trailer; nothing for what was counted and must be dropped,
  // the bytes are without meaning then.
  [[nodiscard]] std::optional<std::size_t> UnprotectRtp(std::span<std::uint8_t> packet);
  [[nodiscard]] std::optional<std::size_t> UnprotectRtcp(std::span<std::uint8_t> packet);

  const SrtpStats& stats() const { return stats_; }

  // So many refused in a row: the roll-over may have been missed in an outage, and one more is
  // tried too. Source: ours; fewer than that a forger sends, whom it costs us a second check.
  static constexpr int kDoubtAfter = 50;
  // A stream is idle, and may make way, when so many packets of others came since its last.
  // Source: ours; some seconds of a call. A picture's stream that pauses longer comes back.
  static constexpr std::int64_t kIdleAfter = 1'000;

 private:
  struct Stream {
    std::uint32_t ssrc = 0;
    ReplayWindow rtp;
    ReplayWindow rtcp;
    int refused = 0;            // RTP packets since the last authentic one.
    std::int64_t heard_at = 0;  // As SrtpStats::accepted counts.
  };
  struct Past {
    std::uint32_t ssrc;
    std::optional<std::int64_t> rtp;
    std::optional<std::int64_t> rtcp;
  };

  SrtpReceiver(SrtpSuite suite, std::unique_ptr<SrtpCipher> rtp, std::unique_ptr<SrtpCipher> rtcp);
  Stream* Find(std::uint32_t ssrc);
  bool OpenRtp(std::span<std::uint8_t> packet, const PacketView& head, std::int64_t index);
  std::optional<Stream> FindPast(std::uint32_t ssrc) const;
  // Of an authentic packet.
  Stream* FindOrAdd(std::uint32_t ssrc);
  bool RetireIdleFor(std::uint32_t ssrc);
  std::optional<std::size_t> Drop(std::int64_t& counter);

  SrtpSuite suite_;
  std::unique_ptr<SrtpCipher> rtp_;
  std::unique_ptr<SrtpCipher> rtcp_;
  std::vector<Stream> streams_;  // Of authentic packets only.
  std::vector<Past> past_;       // The same.
  Bytes kept_;                   // A packet before a check that may be made twice.
  SrtpStats stats_;
};

}  // namespace onair::rtp
