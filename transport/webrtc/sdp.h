// SPDX-License-Identifier: Apache-2.0
//
// Session descriptions as WebRTC writes them: RFC 8866 in the subset of RFC 8829 (unified plan).
// ParseSdp() is total and bounded; what it does not know it leaves out, so that
// PrintSdp(ParseSdp(text)) says the same to a peer as `text` did.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "transport/webrtc/ice_description.h"

namespace onair::webrtc {

enum class MediaKind { kAudio = 1, kVideo = 2, kApplication = 3, kOther = 4 };

// As its writer sees it (RFC 8866 section 6.7).
enum class Direction { kSendRecv = 1, kSendOnly = 2, kRecvOnly = 3, kInactive = 4 };

// What the other side of `direction` does.
Direction Reversed(Direction direction);
enum class Flow { kOff = 1, kOn = 2 };
Direction DirectionOf(Flow send, Flow receive);
constexpr bool Sends(Direction direction) {
  return direction == Direction::kSendRecv || direction == Direction::kSendOnly;
}
constexpr bool Receives(Direction direction) {
  return direction == Direction::kSendRecv || direction == Direction::kRecvOnly;
}

// RFC 8842 section 5.2: who begins the DTLS handshake.
enum class DtlsSetup { kActPass = 1, kActive = 2, kPassive = 3 };

// RFC 8122 section 5.
struct Fingerprint {
  std::string hash;  // Lower case: "sha-256".
  Bytes value;

  bool operator==(const Fingerprint&) const = default;
};

// The parameters of an fmtp line in their order; a parameter without '=' has an empty value.
using FormatParameters = std::vector<std::pair<std::string, std::string>>;

// The value of `name` (without case); borrowed.
std::optional<std::string_view> FindParameter(const FormatParameters& parameters,
                                              std::string_view name);

// One payload type with its rtpmap, fmtp and rtcp-fb lines.
struct RtpCodec {
  int payload_type = 0;  // [0, 127]
  std::string name;      // As written: "H264", "opus"; empty for a payload type without rtpmap.
  int clock_rate = 0;    // Hz.
  int channels = 1;
  FormatParameters parameters;
  std::vector<std::string> feedback;  // "nack", "nack pli", "transport-cc".

  bool Is(std::string_view codec) const;  // Without case.
  bool HasFeedback(std::string_view kind) const;
  bool operator==(const RtpCodec&) const = default;
};

// RFC 8285 section 8.
struct HeaderExtension {
  int id = 0;  // [1, 14], or [1, 255] with extmap-allow-mixed.
  std::string uri;
  std::optional<Direction> direction;

  bool operator==(const HeaderExtension&) const = default;
};

// One SSRC of RFC 5576 with what its lines say.
struct Source {
  std::uint32_t ssrc = 0;
  std::string cname;
  std::string msid;  // "<stream> <track>".

  bool operator==(const Source&) const = default;
};

// "FID": media and its RTX; "FEC-FR": media and its FlexFEC.
struct SourceGroup {
  std::string semantics;
  std::vector<std::uint32_t> ssrcs;

  bool operator==(const SourceGroup&) const = default;
};

// RFC 8851.
struct Rid {
  std::string id;
  bool sends = true;  // Else receives.
  std::string restrictions;

  bool operator==(const Rid&) const = default;
};

// RFC 8853: layers in order, each with its alternatives. '~' (paused) is dropped.
struct Simulcast {
  std::vector<std::vector<std::string>> send;
  std::vector<std::vector<std::string>> receive;

  bool operator==(const Simulcast&) const = default;
};

// One m= section. Values that the session level gave (ICE, fingerprints, setup, direction) are
// already here.
struct MediaSection {
  MediaKind kind = MediaKind::kOther;
  std::string media;  // The word of the m= line: "audio".
  int port = 9;       // 0: refused, unless is_bundle_only.
  std::string protocol;
  std::vector<std::string> formats;  // Of the m= line, in the order of preference.
  std::string mid;
  Direction direction = Direction::kSendRecv;
  IceDescription ice;
  std::vector<Fingerprint> fingerprints;
  std::optional<DtlsSetup> setup;
  bool is_bundle_only = false;
  bool is_rtcp_mux = false;
  bool is_rtcp_mux_only = false;
  bool is_rtcp_reduced_size = false;
  std::string msid;              // "<stream> <track>"; "-" as stream for none.
  std::vector<RtpCodec> codecs;  // One per numeric format, in its order.
  std::vector<HeaderExtension> extensions;
  std::vector<Source> sources;
  std::vector<SourceGroup> source_groups;
  std::vector<Rid> rids;
  std::optional<Simulcast> simulcast;
  std::optional<int> sctp_port;
  std::optional<std::uint64_t> max_message_bytes;  // 0: any size (RFC 8841 section 6.1).

  bool is_refused() const { return port == 0 && !is_bundle_only; }
  const RtpCodec* FindCodec(int payload_type) const;
  bool operator==(const MediaSection&) const = default;
};

struct Sdp {
  std::uint64_t session_id = 0;  // Of the o= line. Below 2^63.
  std::uint64_t session_version = 2;
  std::vector<std::vector<std::string>> bundles;  // mids of each a=group:BUNDLE.
  bool is_ice_lite = false;
  bool allows_mixed_extensions = false;
  std::vector<MediaSection> media;

  bool operator==(const Sdp&) const = default;
};

// Bounds of what is read. Chromium's longest offers with sound, picture and data are below 8 KiB
// and 250 lines.
inline constexpr std::size_t kMaxSdpBytes = 65'536;
inline constexpr std::size_t kMaxSdpLines = 2'000;
inline constexpr std::size_t kMaxSdpLine = 4'096;
inline constexpr std::size_t kMaxMediaSections = 32;
inline constexpr std::size_t kMaxFormats = 128;  // There are no more payload types.
inline constexpr std::size_t kMaxParameters = 64;
inline constexpr std::size_t kMaxFeedback = 16;
inline constexpr std::size_t kMaxFingerprints = 8;
inline constexpr std::size_t kMaxSources = 128;

// Line ends may be CR LF or LF. Unknown lines are passed over. kSdpMalformed for what cannot be
// understood, kSdpTooLarge for what passes a bound above; candidates above kMaxCandidates
// (ice_description.h) are dropped and counted instead.
Result<Sdp> ParseSdp(std::string_view text);

// With CR LF, every value at media level.
std::string PrintSdp(const Sdp& sdp);

}  // namespace onair::webrtc
