// SPDX-License-Identifier: Apache-2.0
//
// What rides in the header of a packet beside RTP's own fields (RFC 8285): which id stands for what
// is agreed for each session, values are typed.
//
//   one byte (profile 0xBEDE):  |  ID   | len-1 | value ...   ids 1..14, values of 1..16 bytes
//   two bytes (0x1000..100F):   |      ID       |     len     | value ...   ids 1..255, 0..255
//   bytes
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "core/media/video_frame.h"
#include "transport/rtp/ntp_time.h"
#include "transport/rtp/packet.h"

namespace onair::rtp {

enum class ExtensionKind : std::uint8_t {
  kMid = 1,            // RFC 9143
  kRid,                // RFC 8852
  kRepairedRid,        // RFC 8852
  kAbsSendTime,        // webrtc.org/experiments/rtp-hdrext/abs-send-time
  kTransportSequence,  // draft-holmer-rmcat-transport-wide-cc-extensions-01
  kAbsCaptureTime,     // webrtc.org/experiments/rtp-hdrext/abs-capture-time
  kPlayoutDelay,       // webrtc.org/experiments/rtp-hdrext/playout-delay
  kVideoOrientation,   // 3GPP TS 26.114
  kAudioLevel,         // RFC 6464
};
inline constexpr std::size_t kExtensionKinds = 9;

// The name in SDP, and back; nothing for a name that is not in the list above.
std::string_view ExtensionUri(ExtensionKind kind);
std::optional<ExtensionKind> ExtensionOf(std::string_view uri);

// Which ids stand for which extensions in one session. Plain value; empty at first.
class ExtensionMap {
 public:
  // False, and nothing changed: id 0 or 15 (reserved in the one-byte form), or one that stands
  // for another extension. A kind that had another id moves.
  bool Add(ExtensionKind kind, std::uint8_t id);

  bool has(ExtensionKind kind) const { return id_of(kind) != 0; }
  std::uint8_t id_of(ExtensionKind kind) const { return ids_[Index(kind)]; }  // 0: not agreed.
  std::optional<ExtensionKind> kind_of(std::uint8_t id) const;

 private:
  static constexpr std::size_t Index(ExtensionKind kind) {
    return static_cast<std::size_t>(kind) - 1;
  }

  std::array<std::uint8_t, kExtensionKinds> ids_{};
};

// When the first sample of the packet's frame was captured, by the capturer's wall clock.
struct AbsCaptureTime {
  NtpTime captured;
  // Of the capturer's clock against the sender's, 2^-32 s, two's complement.
  std::optional<std::int64_t> clock_offset = {};

  bool operator==(const AbsCaptureTime&) const = default;
};

// How long a receiver should hold pictures back. Range of both [0, 40.95 s], in steps of 10 ms.
struct PlayoutDelay {
  TimeDelta min = TimeDelta::Zero();
  TimeDelta max = TimeDelta::Zero();

  bool operator==(const PlayoutDelay&) const = default;
};

struct AudioLevel {
  std::uint8_t below_overload_db = 127;  // Range [0, 127]: -dBov; 127 is silence.
  bool has_voice = false;

  bool operator==(const AudioLevel&) const = default;
};

// The extensions of one packet. Texts are borrowed.
struct HeaderExtensions {
  std::optional<std::string_view> mid = {};  // Text: 1..16 bytes when written.
  std::optional<std::string_view> rid = {};
  std::optional<std::string_view> repaired_rid = {};
  std::optional<std::uint32_t> abs_send_time = {};  // 6.18 s.
  std::optional<std::uint16_t> transport_sequence = {};
  std::optional<AbsCaptureTime> abs_capture_time = {};
  std::optional<PlayoutDelay> playout_delay = {};
  std::optional<Rotation> video_orientation = {};  // How to turn the picture for display.
  std::optional<AudioLevel> audio_level = {};
};

// Longest text that is written: fits the one-byte form.
inline constexpr std::size_t kMaxExtensionText = 16;
// Most bytes that WriteExtensions() makes: 3 texts, 3+2+16+3+1+1 and an id and length each.
inline constexpr std::size_t kMaxExtensionBytes = 96;

// What was written, and where in it stands what is rewritten at each sending (0: nowhere; an
// element's head comes first).
struct WrittenExtensions {
  std::uint16_t profile = 0;
  std::size_t size = 0;
  std::size_t transport_sequence_at = 0;
  std::size_t abs_send_time_at = 0;
};

// Writes the values whose kinds are agreed, in one-byte form unless an id needs two. Values that
// are not agreed, and texts that are empty or too long, are left out. Of `room` that is shorter
// than kMaxExtensionBytes what does not fit is left out.
WrittenExtensions WriteExtensions(const ExtensionMap& map, const HeaderExtensions& values,
                                  std::span<std::uint8_t> room);

// Total: ids not agreed, forms not known and values of a wrong length are passed over; a length
// that passes the end ends the reading.
HeaderExtensions ReadExtensions(const ExtensionMap& map, const ExtensionBlock& block);

// In place, just before a sending. `at` counts from the packet's first byte.
void RewriteTransportSequence(std::span<std::uint8_t> packet, std::size_t at, std::uint16_t value);
void RewriteAbsSendTime(std::span<std::uint8_t> packet, std::size_t at, NtpTime now);

}  // namespace onair::rtp
