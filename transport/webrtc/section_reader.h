// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "transport/webrtc/ice_description.h"
#include "transport/webrtc/sdp.h"

namespace onair::webrtc {

// Header extensions of one level that are read. Source: ours; there are 14 one-byte numbers.
inline constexpr std::size_t kMaxExtensions = 64;

// "audio 9 UDP/TLS/RTP/SAVPF 111 63": a section without attributes. kSdpMalformed, kSdpTooLarge.
Result<MediaSection> ParseMediaLine(std::string_view value);

// Reads the attributes of one level, the session's or a section's, into `media`.
class SectionReader {
 public:
  explicit SectionReader(MediaSection& media) : media_(media), ice_(media.ice) {}

  // kSdpMalformed, kSdpTooLarge. Unknown attributes are passed over.
  Status Take(std::string_view name, std::string_view value);

  // Takes from the session level what this one left out.
  Status Finish(const MediaSection* session);

 private:
  Status TakeTransport(std::string_view name, std::string_view value);
  Status TakeCodec(std::string_view name, std::string_view value);
  Status TakeMap(RtpCodec& codec, std::string_view value);
  Status TakeFormat(RtpCodec& codec, std::string_view value);
  Status TakeFeedback(std::string_view value);
  Status TakeExtension(std::string_view value);
  Status TakeSource(std::string_view value);
  Status TakeGroup(std::string_view value);
  void KeepData();
  void TakeFlag(std::string_view name);
  void TakeRid(std::string_view value);
  Status TakeData(std::string_view name, std::string_view value);
  RtpCodec* Codec(std::string_view payload_type);

  MediaSection& media_;
  IceReader ice_;
  bool has_direction_ = false;
};

}  // namespace onair::webrtc
