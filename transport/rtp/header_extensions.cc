// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/header_extensions.h"

#include <algorithm>

#include "core/base/byte_reader.h"
#include "core/base/check.h"
#include "transport/rtp/span_writer.h"

namespace onair::rtp {
namespace {

constexpr std::uint16_t kOneByteProfile = 0xbede;  // RFC 8285 section 4.2.
constexpr std::uint16_t kTwoByteProfile = 0x1000;  // Section 4.3; the low four bits are the app's.
constexpr std::uint16_t kTwoByteMask = 0xfff0;
constexpr std::uint8_t kMaxOneByteId = 14;
constexpr std::uint8_t kReservedId = 15;

constexpr std::array<std::string_view, kExtensionKinds> kUris = {
    "urn:ietf:params:rtp-hdrext:sdes:mid",
    "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
    "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id",
    "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
    "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
    "http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time",
    "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay",
    "urn:3gpp:video-orientation",
    "urn:ietf:params:rtp-hdrext:ssrc-audio-level",
};

constexpr TimeDelta kPlayoutStep = TimeDelta::Millis(10);
constexpr std::int64_t kMaxPlayoutSteps = 0xfff;

std::uint32_t PlayoutSteps(TimeDelta span) {
  return static_cast<std::uint32_t>(
      std::clamp<std::int64_t>(span.us() / kPlayoutStep.us(), 0, kMaxPlayoutSteps));
}

class Writer {
 public:
  Writer(const ExtensionMap& map, bool is_two_byte, std::span<std::uint8_t> room)
      : map_(map), is_two_byte_(is_two_byte), out_(room) {}

  // Answers where the value stands; 0 when it was left out.
  template <typename Put>
  std::size_t Add(ExtensionKind kind, std::size_t size, Put put) {
    const std::size_t head = is_two_byte_ ? 2 : 1;
    if (!map_.has(kind) || out_.remaining() < head + size) return 0;
    const std::uint8_t id = map_.id_of(kind);
    if (is_two_byte_) {
      out_.U8(id).U8(static_cast<std::uint8_t>(size));
    } else {
      out_.U8(static_cast<std::uint8_t>(std::size_t{id} << 4 | (size - 1)));
    }
    const std::size_t at = out_.size();
    put(out_);
    ONAIR_DCHECK(out_.size() == at + size);
    return at;
  }
  void AddText(ExtensionKind kind, const std::optional<std::string_view>& text) {
    if (!text || text->empty() || text->size() > kMaxExtensionText) return;
    Add(kind, text->size(), [&](SpanWriter& out) {
      for (const char c : *text) out.U8(static_cast<std::uint8_t>(c));
    });
  }
  std::size_t size() const { return out_.size(); }

 private:
  const ExtensionMap& map_;
  bool is_two_byte_;
  SpanWriter out_;
};

bool NeedsTwoBytes(const ExtensionMap& map) {
  for (std::size_t i = 1; i <= kExtensionKinds; ++i) {
    if (map.id_of(static_cast<ExtensionKind>(i)) > kMaxOneByteId) return true;
  }
  return false;
}

std::optional<std::string_view> Text(ByteView value) {
  if (value.empty()) return std::nullopt;
  return std::string_view(reinterpret_cast<const char*>(value.data()), value.size());
}

//    0                   1                   2
//    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3
//   |      MIN delay        |      MAX delay        |
PlayoutDelay ReadPlayoutDelay(std::uint32_t bits) {
  return {.min = kPlayoutStep * (bits >> 12), .max = kPlayoutStep * (bits & 0xfff)};
}

// 3GPP TS 26.114 section 7.4.5: | 0 0 0 0 C F R1 R0 |, by how many quarters the picture must be
// turned clockwise. Camera and flip are not acted on.
Rotation ReadOrientation(std::uint8_t bits) {
  constexpr Rotation kTurns[] = {Rotation::k0, Rotation::k90, Rotation::k180, Rotation::k270};
  return kTurns[bits & 3];
}
std::uint8_t OrientationBits(Rotation turn) {
  switch (turn) {
    case Rotation::k0:
      return 0;
    case Rotation::k90:
      return 1;
    case Rotation::k180:
      return 2;
    case Rotation::k270:
      return 3;
  }
  return 0;
}

void ReadValue(ExtensionKind kind, ByteView value, HeaderExtensions& out) {
  ByteReader in(value);
  switch (kind) {
    case ExtensionKind::kMid:
      out.mid = Text(value);
      return;
    case ExtensionKind::kRid:
      out.rid = Text(value);
      return;
    case ExtensionKind::kRepairedRid:
      out.repaired_rid = Text(value);
      return;
    case ExtensionKind::kAbsSendTime:
      if (value.size() == 3) out.abs_send_time = in.U24();
      return;
    case ExtensionKind::kTransportSequence:
      if (value.size() == 2) out.transport_sequence = in.U16();
      return;
    case ExtensionKind::kAbsCaptureTime:
      if (value.size() != 8 && value.size() != 16) return;
      out.abs_capture_time = AbsCaptureTime{.captured = NtpTime(in.U64())};
      if (value.size() == 16) {
        out.abs_capture_time->clock_offset = static_cast<std::int64_t>(in.U64());
      }
      return;
    case ExtensionKind::kPlayoutDelay:
      if (value.size() == 3) out.playout_delay = ReadPlayoutDelay(in.U24());
      return;
    case ExtensionKind::kVideoOrientation:
      if (value.size() == 1) out.video_orientation = ReadOrientation(value[0]);
      return;
    case ExtensionKind::kAudioLevel:
      if (value.size() != 1) return;
      out.audio_level = AudioLevel{.below_overload_db = static_cast<std::uint8_t>(value[0] & 0x7f),
                                   .has_voice = (value[0] & 0x80) != 0};
      return;
  }
}

// Calls visit(id, value) for each element.
template <typename Visit>
void VisitElements(const ExtensionBlock& block, Visit visit) {
  const bool is_one_byte = block.profile == kOneByteProfile;
  if (!is_one_byte && (block.profile & kTwoByteMask) != kTwoByteProfile) return;
  ByteReader in(block.bytes);
  while (in.remaining() > 0) {
    const std::uint8_t head = in.U8();
    if (head == 0) continue;  // Padding.
    const std::uint8_t id = is_one_byte ? head >> 4 : head;
    // RFC 8285 section 4.2: id 15 ends the processing.
    if (is_one_byte && id == kReservedId) return;
    const std::size_t size = is_one_byte ? (head & 0x0f) + 1U : in.U8();
    const ByteView value = in.Take(size);
    if (!in.ok()) return;
    visit(id, value);
  }
}

}  // namespace

std::string_view ExtensionUri(ExtensionKind kind) {
  return kUris[static_cast<std::size_t>(kind) - 1];
}

std::optional<ExtensionKind> ExtensionOf(std::string_view uri) {
  const auto found = std::find(kUris.begin(), kUris.end(), uri);
  if (found == kUris.end()) return std::nullopt;
  return static_cast<ExtensionKind>(found - kUris.begin() + 1);
}

bool ExtensionMap::Add(ExtensionKind kind, std::uint8_t id) {
  const auto taken = kind_of(id);
  if (id == 0 || id == kReservedId || (taken && *taken != kind)) return false;
  ids_[Index(kind)] = id;
  return true;
}

std::optional<ExtensionKind> ExtensionMap::kind_of(std::uint8_t id) const {
  if (id == 0) return std::nullopt;
  const auto found = std::find(ids_.begin(), ids_.end(), id);
  if (found == ids_.end()) return std::nullopt;
  return static_cast<ExtensionKind>(found - ids_.begin() + 1);
}

WrittenExtensions WriteExtensions(const ExtensionMap& map, const HeaderExtensions& values,
                                  std::span<std::uint8_t> room) {
  const bool is_two_byte = NeedsTwoBytes(map);
  Writer out(map, is_two_byte, room);
  WrittenExtensions written{.profile = is_two_byte ? kTwoByteProfile : kOneByteProfile};
  if (values.transport_sequence) {
    written.transport_sequence_at =
        out.Add(ExtensionKind::kTransportSequence, 2,
                [&](SpanWriter& to) { to.U16(*values.transport_sequence); });
  }
  if (values.abs_send_time) {
    written.abs_send_time_at = out.Add(ExtensionKind::kAbsSendTime, 3,
                                       [&](SpanWriter& to) { to.U24(*values.abs_send_time); });
  }
  out.AddText(ExtensionKind::kMid, values.mid);
  out.AddText(ExtensionKind::kRid, values.rid);
  out.AddText(ExtensionKind::kRepairedRid, values.repaired_rid);
  if (const auto& level = values.audio_level) {
    const int bits = (level->below_overload_db & 0x7f) | (level->has_voice ? 0x80 : 0);
    out.Add(ExtensionKind::kAudioLevel, 1,
            [&](SpanWriter& to) { to.U8(static_cast<std::uint8_t>(bits)); });
  }
  if (values.video_orientation) {
    out.Add(ExtensionKind::kVideoOrientation, 1,
            [&](SpanWriter& to) { to.U8(OrientationBits(*values.video_orientation)); });
  }
  if (const auto& delay = values.playout_delay) {
    out.Add(ExtensionKind::kPlayoutDelay, 3, [&](SpanWriter& to) {
      to.U24(PlayoutSteps(delay->min) << 12 | PlayoutSteps(delay->max));
    });
  }
  if (const auto& time = values.abs_capture_time) {
    out.Add(ExtensionKind::kAbsCaptureTime, time->clock_offset ? 16 : 8, [&](SpanWriter& to) {
      to.U64(time->captured.bits());
      if (time->clock_offset) to.U64(static_cast<std::uint64_t>(*time->clock_offset));
    });
  }
  written.size = out.size();
  return written;
}

HeaderExtensions ReadExtensions(const ExtensionMap& map, const ExtensionBlock& block) {
  HeaderExtensions out;
  VisitElements(block, [&](std::uint8_t id, ByteView value) {
    if (const auto kind = map.kind_of(id)) ReadValue(*kind, value, out);
  });
  return out;
}

void RewriteTransportSequence(std::span<std::uint8_t> packet, std::size_t at, std::uint16_t value) {
  ONAIR_DCHECK(at + 2 <= packet.size());
  SpanWriter(packet.subspan(at, 2)).U16(value);
}

void RewriteAbsSendTime(std::span<std::uint8_t> packet, std::size_t at, NtpTime now) {
  ONAIR_DCHECK(at + 3 <= packet.size());
  SpanWriter(packet.subspan(at, 3)).U24(now.abs_send_time());
}

}  // namespace onair::rtp
