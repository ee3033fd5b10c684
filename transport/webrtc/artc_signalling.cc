// SPDX-License-Identifier: Apache-2.0
#include "transport/webrtc/artc_signalling.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace onair::webrtc {
namespace {

constexpr std::string_view kSdkVersion = "0.0.1";  // "may be chosen freely".

bool IsStreamIdExtension(const HeaderExtension& extension) {
  return extension.uri.starts_with("urn:ietf:params:rtp-hdrext:sdes:");
}

// The servers know streams by these names: the stream "rts", its tracks by their kind.
void NameSources(MediaSection& media) {
  const std::string msid = "rts " + media.media;
  if (!media.msid.empty()) media.msid = msid;
  for (Source& source : media.sources) {
    source.cname = "rts";
    source.msid = msid;
  }
}

}  // namespace

void ArtcSignalling::Adapt(Sdp& offer) const {
  for (MediaSection& media : offer.media) {
    NameSources(media);
    std::erase_if(media.extensions, IsStreamIdExtension);
    for (RtpCodec& codec : media.codecs) {
      if (codec.Is("opus") && !codec.HasFeedback("nack")) codec.feedback.emplace_back("nack");
      if (codec.Is("H264")) codec.parameters.emplace_back("sps-pps-idr-in-keyframe", "1");
    }
  }
}

HttpCall ArtcSignalling::OfferCall(const std::string& offer) {
  nlohmann::json body = {
      {"version", 2}, {"sdk_version", kSdkVersion}, {"jsep", {{"type", "offer"}, {"sdp", offer}}}};
  if (role() == SignallingRole::kPublish) {
    body["mode"] = "rtc";
    body["push_stream"] = stream_url_;
    return JsonPost(api_, body);
  }
  nlohmann::json stream = {{"url", stream_url_}};
  if (subscription_ != ArtcSubscription::kVideoOnly) stream["amsid"] = {"rts audio"};
  if (subscription_ != ArtcSubscription::kAudioOnly) stream["vmsid"] = {"rts video"};
  body["mode"] = "live";
  body["pull_streams"] = nlohmann::json::array({std::move(stream)});
  return JsonPost(api_, body);
}

Result<std::string> ArtcSignalling::ReadAnswer(const nlohmann::json& body) {
  const auto jsep = body.find("jsep");
  auto sdp = jsep != body.end() && jsep->is_object() ? TextIn(*jsep, "sdp") : std::nullopt;
  if (sdp) return std::move(*sdp);
  const auto code = NumberIn(body, "code");
  if (!code || *code == 0 || *code == 200) {
    return Fail(ErrorCode::kSignallingProtocol, "the answer has no jsep.sdp");
  }
  const auto known = *code == 403   ? ErrorCode::kHttpForbidden
                     : *code == 404 ? ErrorCode::kStreamNotFound
                                    : ErrorCode::kSignallingRefused;
  return Fail(VendorError(*code, TextIn(body, "message").value_or(""), known));
}

}  // namespace onair::webrtc
