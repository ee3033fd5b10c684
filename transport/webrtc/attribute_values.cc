// SPDX-License-Identifier: Apache-2.0
#include "transport/webrtc/attribute_values.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <utility>

#include "transport/webrtc/text.h"

namespace onair::webrtc {
namespace {

std::optional<std::uint8_t> ParseHexByte(std::string_view text) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (text.size() != 2 || error != std::errc() || end != text.data() + 2) return std::nullopt;
  return static_cast<std::uint8_t>(value);
}

}  // namespace

std::optional<Direction> ParseDirection(std::string_view name) {
  if (name == "sendrecv") return Direction::kSendRecv;
  if (name == "sendonly") return Direction::kSendOnly;
  if (name == "recvonly") return Direction::kRecvOnly;
  if (name == "inactive") return Direction::kInactive;
  return std::nullopt;
}

Result<Fingerprint> ParseFingerprint(std::string_view value) {
  Words words(value);
  const auto hash = words.Next();
  const auto digits = words.Next();
  if (!hash || !digits)
    return Fail(ErrorCode::kSdpMalformed, "a fingerprint without its hash or value");
  Fingerprint out{Lower(*hash), {}};
  for (std::string_view rest = *digits; !rest.empty();) {
    const auto byte = ParseHexByte(rest.substr(0, 2));
    rest.remove_prefix(std::min<std::size_t>(rest.size(), 2));
    const bool goes_on = rest.size() > 1 && rest.front() == ':';
    if (!byte || out.value.size() == 64 || (!rest.empty() && !goes_on)) {
      return Fail(ErrorCode::kSdpMalformed, "a fingerprint that is no row of hexadecimal bytes");
    }
    out.value.push_back(*byte);
    if (goes_on) rest.remove_prefix(1);
  }
  return out;
}

Simulcast ParseSimulcast(std::string_view value) {
  constexpr std::size_t kMaxLayers = 16;
  Simulcast out;
  Words words(value);
  while (const auto word = words.Next()) {
    const auto list = words.Next();
    if (!list || (*word != "send" && *word != "recv")) break;
    auto& layers = *word == "send" ? out.send : out.receive;
    for (std::string_view rest = *list; !rest.empty() && layers.size() < kMaxLayers;) {
      const auto [layer, after] = SplitAt(rest, ';');
      rest = after;
      std::vector<std::string> alternatives;
      for (std::string_view left = layer; !left.empty() && alternatives.size() < kMaxLayers;) {
        auto [rid, more] = SplitAt(left, ',');
        left = more;
        if (rid.starts_with('~')) rid.remove_prefix(1);
        if (!rid.empty()) alternatives.emplace_back(rid);
      }
      if (!alternatives.empty()) layers.push_back(std::move(alternatives));
    }
  }
  return out;
}

}  // namespace onair::webrtc
