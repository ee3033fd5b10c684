// SPDX-License-Identifier: Apache-2.0
//
// Which arm a session is in: a pure function of the experiment's name and the session's id, so that
// a service computes the same for its own tables, whatever language it is written in.
//
//   bytes   = experiment, 0x0A, session id           (UTF-8, as they are)
//   h       = 0xcbf29ce484222325                     FNV-1a, 64 bits
//   for each byte: h = (h xor byte) * 0x100000001b3  (mod 2^64)
//   h ^= h >> 33;  h *= 0xff51afd7ed558ccd           MurmurHash3's finalizer
//   h ^= h >> 33;  h *= 0xc4ceb9fe1a85ec53
//   h ^= h >> 33
//   bucket  = h mod 1000
//
// Arms take buckets in their order in the file: the first its `per_mille` from 0 on, and so on.
// The version of a policy is no part of it: sessions stay in their arms while only parameters
// change. Another experiment name deals all sessions anew.
#pragma once

#include <cstdint>
#include <string_view>

namespace onair::qos {

inline constexpr int kBuckets = 1000;

[[nodiscard]] std::uint64_t AssignmentHash(std::string_view experiment,
                                           std::string_view session_id);

// Range [0, kBuckets).
[[nodiscard]] int BucketOf(std::string_view experiment, std::string_view session_id);

}  // namespace onair::qos
