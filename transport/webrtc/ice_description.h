// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "transport/ice/candidate.h"
#include "transport/ice/credentials.h"

namespace onair::webrtc {

// Candidates of one description that are kept. Source: ours; above RFC 8445 section 6.1.2.5's
// 100 pairs nothing would be checked.
inline constexpr std::size_t kMaxCandidates = 64;

// Words of an ice-options line that are kept. Source: ours; two are known.
inline constexpr std::size_t kMaxIceOptions = 8;

// What ICE must know of one side, in a description or in a fragment of one (RFC 8839 section 5).
struct IceDescription {
  std::optional<ice::Credentials> credentials;
  std::vector<std::string> options;  // "trickle", "renomination".
  std::vector<ice::Candidate> candidates;
  bool has_end_of_candidates = false;
  std::size_t skipped_candidates = 0;  // Broken, or of kinds not used here: TCP, mDNS names.
  std::size_t dropped_candidates = 0;  // Above kMaxCandidates.

  bool HasOption(std::string_view option) const;
  bool operator==(const IceDescription&) const = default;
};

// Reads the ICE attributes of one level of a description.
class IceReader {
 public:
  explicit IceReader(IceDescription& ice) : ice_(ice) {}

  // True for an attribute of ICE. kSdpMalformed for credentials out of their grammar; a bad
  // candidate is counted and never fails a description.
  Result<bool> Take(std::string_view name, std::string_view value);

  // After the last attribute. kSdpMalformed for a user fragment without password, or without
  // the fragment.
  Status Finish();

 private:
  void TakeCandidate(std::string_view value);

  IceDescription& ice_;
  ice::Credentials credentials_;
};

// Its lines with "a=" and CR LF.
std::string PrintIce(const IceDescription& ice);

}  // namespace onair::webrtc
