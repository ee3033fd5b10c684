// SPDX-License-Identifier: Apache-2.0
#include "transport/webrtc/ice_description.h"

#include <algorithm>
#include <utility>

#include "transport/webrtc/text.h"

namespace onair::webrtc {
namespace {

// RFC 8445 section 5.3.
constexpr std::size_t kMinUfrag = 4;
constexpr std::size_t kMinPassword = 22;
constexpr std::size_t kMaxPassword = 256;

}  // namespace

bool IceDescription::HasOption(std::string_view option) const {
  return std::find(options.begin(), options.end(), option) != options.end();
}

Result<bool> IceReader::Take(std::string_view name, std::string_view value) {
  if (name == "ice-ufrag") {
    if (!ice::IsIceText(value, kMinUfrag, ice::kMaxUfrag)) {
      return Fail(ErrorCode::kSdpMalformed, "ice-ufrag is not 4 to 256 ICE characters");
    }
    credentials_.ufrag = value;
  } else if (name == "ice-pwd") {
    if (!ice::IsIceText(value, kMinPassword, kMaxPassword)) {
      return Fail(ErrorCode::kSdpMalformed, "ice-pwd is not 22 to 256 ICE characters");
    }
    credentials_.password = value;
  } else if (name == "ice-options") {
    ice_.options.clear();
    for (Words words(value); auto word = words.Next();) {
      if (ice_.options.size() < kMaxIceOptions) ice_.options.emplace_back(*word);
    }
  } else if (name == "end-of-candidates") {
    ice_.has_end_of_candidates = true;
  } else if (name == "candidate") {
    TakeCandidate(value);
  } else {
    return false;
  }
  return true;
}

void IceReader::TakeCandidate(std::string_view value) {
  if (ice_.candidates.size() >= kMaxCandidates) {
    ++ice_.dropped_candidates;
    return;
  }
  auto candidate = ice::ParseCandidate("candidate:" + std::string(value));
  if (candidate && *candidate) {
    ice_.candidates.push_back(std::move(**candidate));
  } else {
    ++ice_.skipped_candidates;
  }
}

Status IceReader::Finish() {
  if (credentials_.ufrag.empty() != credentials_.password.empty()) {
    return Fail(ErrorCode::kSdpMalformed, "one of ice-ufrag and ice-pwd is missing");
  }
  if (!credentials_.ufrag.empty()) ice_.credentials = std::move(credentials_);
  return {};
}

std::string PrintIce(const IceDescription& ice) {
  std::string out;
  for (const ice::Candidate& candidate : ice.candidates) {
    out += "a=" + ice::ToString(candidate) + "\r\n";
  }
  if (ice.credentials) {
    out += "a=ice-ufrag:" + ice.credentials->ufrag + "\r\n";
    out += "a=ice-pwd:" + ice.credentials->password + "\r\n";
  }
  if (!ice.options.empty()) out += "a=ice-options:" + Join(ice.options, " ") + "\r\n";
  if (ice.has_end_of_candidates) out += "a=end-of-candidates\r\n";
  return out;
}

}  // namespace onair::webrtc
