// SPDX-License-Identifier: Apache-2.0
//
//   v=0 o= s= t=  session level: a=group, a=ice-lite, and what sections may leave out
//   m= c= a=..    one section, up to the next m=
#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "transport/webrtc/sdp.h"
#include "transport/webrtc/section_reader.h"
#include "transport/webrtc/text.h"

namespace onair::webrtc {
namespace {

tl::unexpected<Error> Malformed(std::string detail) {
  return Fail(ErrorCode::kSdpMalformed, std::move(detail));
}

tl::unexpected<Error> TooLarge(std::string detail) {
  return Fail(ErrorCode::kSdpTooLarge, std::move(detail));
}

class Parser {
 public:
  Result<Sdp> Parse(std::string_view text);

 private:
  Status TakeLine(std::string_view line);
  Status TakeOrigin(std::string_view value);
  Status TakeAttribute(std::string_view value);
  Status BeginSection(std::string_view value);
  Status EndLevel();
  Status TakeGroup(std::string_view value);

  Sdp sdp_;
  MediaSection session_;  // What the session level gives to every section.
  std::optional<MediaSection> section_;
  std::optional<SectionReader> level_;
};

Result<Sdp> Parser::Parse(std::string_view text) {
  if (text.size() > kMaxSdpBytes) return TooLarge("longer than 64 KiB");
  if (!text.starts_with("v=0")) return Malformed("does not begin with v=0");
  level_.emplace(session_);
  std::size_t count = 0;
  for (Lines lines(text); const auto line = lines.Next();) {
    if (++count > kMaxSdpLines) return TooLarge("more than 2000 lines");
    if (auto status = TakeLine(*line); !status) return Forward(status);
  }
  if (auto status = EndLevel(); !status) return Forward(status);
  return std::move(sdp_);
}

Status Parser::TakeLine(std::string_view line) {
  if (line.empty()) return {};  // Texts inside of JSON often end with one.
  if (line.size() > kMaxSdpLine) return TooLarge("a line longer than 4096 bytes");
  // What is read here may be printed for another peer: a lone CR would be a line of its own.
  const bool is_clean = std::all_of(line.begin(), line.end(), [](char c) {
    return static_cast<unsigned char>(c) >= 0x20 || c == '\t';
  });
  if (!is_clean) return Malformed("a control character");
  if (line.size() < 2 || line[1] != '=') return Malformed("a line that is not letter=value");
  const std::string_view value = line.substr(2);
  switch (line.front()) {
    case 'o':
      return TakeOrigin(value);
    case 'm':
      return BeginSection(value);
    case 'a':
      return TakeAttribute(value);
    default:
      return {};
  }
}

Status Parser::TakeOrigin(std::string_view value) {
  Words words(value);
  static_cast<void>(words.Next());
  const auto id = words.Next();
  const auto version = words.Next();
  // Some servers write text here; nothing depends on it.
  if (id) sdp_.session_id = ParseNumber<std::uint64_t>(*id).value_or(0);
  if (version) sdp_.session_version = ParseNumber<std::uint64_t>(*version).value_or(0);
  return {};
}

Status Parser::TakeAttribute(std::string_view text) {
  const auto [raw_name, value] = SplitAt(text, ':');
  const std::string_view name = Trimmed(raw_name);
  if (!section_) {
    if (name == "group") return TakeGroup(Trimmed(value));
    if (name == "ice-lite") sdp_.is_ice_lite = true;
  }
  // RFC 8285 section 6: may stand at either level; all sections here share one transport.
  if (name == "extmap-allow-mixed") sdp_.allows_mixed_extensions = true;
  return level_->Take(name, Trimmed(value));
}

Status Parser::TakeGroup(std::string_view value) {
  Words words(value);
  if (words.Next() != "BUNDLE") return {};
  if (sdp_.bundles.size() == kMaxMediaSections) return TooLarge("too many groups");
  auto& mids = sdp_.bundles.emplace_back();
  while (const auto mid = words.Next()) {
    if (mids.size() == kMaxMediaSections) return TooLarge("too many sections in a group");
    mids.emplace_back(*mid);
  }
  return {};
}

Status Parser::BeginSection(std::string_view value) {
  if (auto status = EndLevel(); !status) return status;
  if (sdp_.media.size() == kMaxMediaSections) return TooLarge("more than 32 m= lines");
  auto section = ParseMediaLine(value);
  if (!section) return Forward(section);
  section_ = std::move(*section);
  level_.emplace(*section_);
  return {};
}

Status Parser::EndLevel() {
  if (!section_) return level_->Finish(nullptr);
  if (auto status = level_->Finish(&session_); !status) return status;
  const bool is_known =
      std::any_of(sdp_.media.begin(), sdp_.media.end(), [this](const MediaSection& other) {
        return !other.mid.empty() && other.mid == section_->mid;
      });
  if (is_known) return Malformed("two sections with one mid");
  sdp_.media.push_back(std::move(*section_));
  return {};
}

}  // namespace

Result<Sdp> ParseSdp(std::string_view text) {
  return Parser().Parse(text);
}

}  // namespace onair::webrtc
