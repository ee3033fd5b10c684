// SPDX-License-Identifier: Apache-2.0
#include "transport/ice/candidate.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "transport/ice/credentials.h"

namespace onair::ice {
namespace {

constexpr std::array<std::pair<CandidateType, std::string_view>, 4> kTypes{{
    {CandidateType::kHost, "host"},
    {CandidateType::kServerReflexive, "srflx"},
    {CandidateType::kPeerReflexive, "prflx"},
    {CandidateType::kRelayed, "relay"},
}};

// RFC 8445 section 5.1.2.2.
std::uint32_t TypePreference(CandidateType type) {
  switch (type) {
    case CandidateType::kHost:
      return 126;
    case CandidateType::kPeerReflexive:
      return 110;
    case CandidateType::kServerReflexive:
      return 100;
    case CandidateType::kRelayed:
      return 0;
  }
  return 0;
}

// Words between single or several spaces.
class Words {
 public:
  explicit Words(std::string_view text) : rest_(text) {}

  std::string_view Next() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(" \r\n"), rest_.size()));
    const std::string_view word = rest_.substr(0, rest_.find_first_of(" \r\n"));
    rest_.remove_prefix(word.size());
    return word;
  }

 private:
  std::string_view rest_;
};

template <typename Number>
std::optional<Number> ParseNumber(std::string_view text) {
  Number value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool IsUdp(std::string_view word) {
  return word.size() == 3 && (word[0] | 0x20) == 'u' && (word[1] | 0x20) == 'd' &&
         (word[2] | 0x20) == 'p';
}

std::optional<CandidateType> ParseType(std::string_view word) {
  for (const auto& [type, name] : kTypes) {
    if (name == word) return type;
  }
  return std::nullopt;
}

void Strip(std::string_view& text, std::string_view prefix) {
  if (text.substr(0, prefix.size()) == prefix) text.remove_prefix(prefix.size());
}

// Pairs of name and value behind the type.
void ReadExtensions(Words& words, Candidate& candidate) {
  std::optional<IpAddress> related;
  std::optional<std::uint16_t> related_port;
  for (;;) {
    const std::string_view name = words.Next();
    const std::string_view value = words.Next();
    if (name.empty()) break;
    if (name == "raddr") related = IpAddress::Parse(value);
    if (name == "rport") related_port = ParseNumber<std::uint16_t>(value);
    if (name == "ufrag" && IsIceText(value, 1, kMaxUfrag)) candidate.ufrag = value;
    if (name == "network-cost") {
      const auto cost = ParseNumber<std::uint16_t>(value);
      candidate.network_cost = std::min<std::uint16_t>(cost.value_or(0), 999);
    }
  }
  if (related && related_port) candidate.related = SocketAddress{*related, *related_port};
}

}  // namespace

std::uint32_t Priority(CandidateType type, std::uint16_t local_preference,
                       std::uint16_t component) {
  return (TypePreference(type) << 24) + (std::uint32_t{local_preference} << 8) + 256U - component;
}

Result<std::optional<Candidate>> ParseCandidate(std::string_view line) {
  const auto malformed = [](const char* what) { return Fail(ErrorCode::kIceMalformed, what); };
  if (line.size() > kMaxCandidateLine) return malformed("candidate: too long");
  Strip(line, "a=");
  Strip(line, "candidate:");
  Words words(line);

  Candidate candidate;
  candidate.foundation = words.Next();
  if (!IsIceText(candidate.foundation, 1, 32)) return malformed("candidate: foundation");
  const auto component = ParseNumber<std::uint16_t>(words.Next());
  if (!component || *component < 1 || *component > 256) return malformed("candidate: component");
  const std::string_view transport = words.Next();
  // Some stacks write priorities past 2^31 - 1, which RFC 8445 section 5.1.2 asks for.
  const auto priority = ParseNumber<std::uint32_t>(words.Next());
  if (!priority) return malformed("candidate: priority");
  const auto ip = IpAddress::Parse(words.Next());
  const auto port = ParseNumber<std::uint16_t>(words.Next());
  if (!port) return malformed("candidate: port");
  if (words.Next() != "typ") return malformed("candidate: no type");
  const std::string_view type_name = words.Next();
  if (type_name.empty()) return malformed("candidate: no type");

  const auto type = ParseType(type_name);
  if (!IsUdp(transport) || !ip || !type || *port == 0) return std::optional<Candidate>();
  candidate.component = *component;
  candidate.priority = *priority;
  candidate.address = {*ip, *port};
  candidate.type = *type;
  ReadExtensions(words, candidate);
  return std::optional<Candidate>(std::move(candidate));
}

std::string ToString(const Candidate& candidate) {
  std::string text = "candidate:" + candidate.foundation + " " +
                     std::to_string(candidate.component) + " udp " +
                     std::to_string(candidate.priority) + " " + ToString(candidate.address.ip) +
                     " " + std::to_string(candidate.address.port) + " typ ";
  text += ToString(candidate.type);
  if (candidate.related) {
    text += " raddr " + ToString(candidate.related->ip) + " rport " +
            std::to_string(candidate.related->port);
  }
  if (!candidate.ufrag.empty()) text += " ufrag " + candidate.ufrag;
  if (candidate.network_cost != 0) {
    text += " network-cost " + std::to_string(candidate.network_cost);
  }
  return text;
}

std::string_view ToString(CandidateType type) {
  for (const auto& [one, name] : kTypes) {
    if (one == type) return name;
  }
  return "unknown";
}

}  // namespace onair::ice
