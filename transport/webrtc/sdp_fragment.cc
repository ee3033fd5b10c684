// SPDX-License-Identifier: Apache-2.0
#include "transport/webrtc/sdp_fragment.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "transport/webrtc/text.h"

namespace onair::webrtc {
namespace {

class Parser {
 public:
  Result<SdpFragment> Parse(std::string_view text);

 private:
  Status TakeLine(std::string_view line);
  Status BeginSection(std::string_view value);
  Status EndLevel();

  SdpFragment fragment_;
  FragmentSection session_;
  std::optional<FragmentSection> section_;
  std::optional<IceReader> reader_;
};

Result<SdpFragment> Parser::Parse(std::string_view text) {
  if (text.size() > kMaxSdpBytes) return Fail(ErrorCode::kSdpTooLarge, "longer than 64 KiB");
  reader_.emplace(session_.ice);
  std::size_t count = 0;
  for (Lines lines(text); const auto line = lines.Next();) {
    if (++count > kMaxSdpLines) return Fail(ErrorCode::kSdpTooLarge, "more than 2000 lines");
    if (auto status = TakeLine(*line); !status) return Forward(status);
  }
  if (auto status = EndLevel(); !status) return Forward(status);
  // Some senders leave the m= line out when there is one transport.
  if (fragment_.sections.empty()) fragment_.sections.push_back(std::move(session_));
  return std::move(fragment_);
}

Status Parser::TakeLine(std::string_view line) {
  if (line.empty()) return {};
  const bool is_clean = std::all_of(line.begin(), line.end(), [](char c) {
    return static_cast<unsigned char>(c) >= 0x20 || c == '\t';
  });
  if (!is_clean || line.size() < 2 || line[1] != '=') {
    return Fail(ErrorCode::kSdpMalformed, "a line that is not letter=value");
  }
  if (line.front() == 'm') return BeginSection(line.substr(2));
  if (line.front() != 'a') return {};
  const auto [raw_name, raw_value] = SplitAt(line.substr(2), ':');
  // RFC 8840 section 9.2: "a receiver MUST treat them as case insensitive".
  const std::string name = Lower(Trimmed(raw_name));
  const std::string_view value = Trimmed(raw_value);
  if (name == "ice-lite") fragment_.is_ice_lite = true;
  if (name == "mid" && section_) section_->mid = value;
  auto is_ice = reader_->Take(name, value);
  return is_ice ? Status() : Status(Forward(is_ice));
}

Status Parser::BeginSection(std::string_view value) {
  if (auto status = EndLevel(); !status) return status;
  if (fragment_.sections.size() == kMaxMediaSections) {
    return Fail(ErrorCode::kSdpTooLarge, "more than 32 m= lines");
  }
  section_.emplace();
  section_->media = Words(value).Next().value_or("audio");
  reader_.emplace(section_->ice);
  return {};
}

Status Parser::EndLevel() {
  if (auto status = reader_->Finish(); !status) return status;
  if (!section_) return {};
  IceDescription& ice = section_->ice;
  if (!ice.credentials) ice.credentials = session_.ice.credentials;
  if (ice.options.empty()) ice.options = session_.ice.options;
  ice.has_end_of_candidates |= session_.ice.has_end_of_candidates;
  fragment_.sections.push_back(std::move(*section_));
  return {};
}

}  // namespace

IceDescription SdpFragment::Bundled() const {
  IceDescription out;
  for (const FragmentSection& section : sections) {
    const IceDescription& ice = section.ice;
    if (!out.credentials) out.credentials = ice.credentials;
    if (out.options.empty()) out.options = ice.options;
    out.has_end_of_candidates |= ice.has_end_of_candidates;
    out.skipped_candidates += ice.skipped_candidates;
    out.dropped_candidates += ice.dropped_candidates;
    for (const ice::Candidate& candidate : ice.candidates) {
      if (out.candidates.size() < kMaxCandidates) {
        out.candidates.push_back(candidate);
      } else {
        ++out.dropped_candidates;
      }
    }
  }
  return out;
}

SdpFragment FragmentFor(const Sdp& description, IceDescription ice) {
  FragmentSection section;
  if (!description.media.empty()) {
    section.media = description.media.front().media;
    section.mid = description.media.front().mid;
  }
  section.ice = std::move(ice);
  SdpFragment out;
  out.is_ice_lite = description.is_ice_lite;
  out.sections.push_back(std::move(section));
  return out;
}

Result<SdpFragment> ParseSdpFragment(std::string_view text) {
  return Parser().Parse(text);
}

std::string PrintSdpFragment(const SdpFragment& fragment) {
  std::string out;
  if (fragment.is_ice_lite) out += "a=ice-lite\r\n";
  for (const FragmentSection& section : fragment.sections) {
    // RFC 8840 section 9.1: a pseudo line; its port and format mean nothing.
    out += "m=" + section.media + " 9 UDP/TLS/RTP/SAVPF 0\r\n";
    if (!section.mid.empty()) out += "a=mid:" + section.mid + "\r\n";
    out += PrintIce(section.ice);
  }
  return out;
}

}  // namespace onair::webrtc
