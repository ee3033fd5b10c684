// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "core/base/rng.h"
#include "transport/ice/digest.h"
#include "transport/ice/stun_types.h"

namespace onair::ice {

// Transaction ids that nobody guesses who has seen others of ours (RFC 8489 section 5:
// "uniformly and randomly chosen [...] and SHOULD be cryptographically random"): a keyed digest
// of a counter. Without digests they are plain chance. Single-owner.
class TransactionIds {
 public:
  // `secret`: the session's password; borrowed for the call.
  TransactionIds(ByteView secret, Rng& rng) {
    const auto key = HmacSha1(secret, rng.TakeBytes(16));
    if (key) key_ = *key;
    count_ = rng.Next();
  }

  TransactionId Next() {
    std::array<std::uint8_t, 8> counted{};
    ++count_;
    for (std::size_t i = 0; i < counted.size(); ++i) {
      counted[i] = static_cast<std::uint8_t>(count_ >> (8 * i));
    }
    TransactionId id{};
    const auto digest = HmacSha1(key_, counted);
    if (digest) {
      std::copy_n(digest->begin(), id.size(), id.begin());
    } else {
      std::ranges::copy(counted, id.begin());
    }
    return id;
  }

 private:
  Sha1Digest key_{};
  std::uint64_t count_ = 0;
};

}  // namespace onair::ice
