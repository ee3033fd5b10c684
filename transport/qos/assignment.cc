// SPDX-License-Identifier: Apache-2.0
#include "transport/qos/assignment.h"

namespace onair::qos {
namespace {

constexpr std::uint64_t kOffset = 0xcbf29ce484222325U;
constexpr std::uint64_t kPrime = 0x100000001b3U;

std::uint64_t Fold(std::uint64_t hash, std::string_view bytes) {
  for (const char byte : bytes) hash = (hash ^ static_cast<unsigned char>(byte)) * kPrime;
  return hash;
}

// FNV-1a's low bits hang on the low bits of its input alone, and a remainder looks at those.
std::uint64_t Mix(std::uint64_t hash) {
  hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccdU;
  hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53U;
  return hash ^ (hash >> 33);
}

}  // namespace

std::uint64_t AssignmentHash(std::string_view experiment, std::string_view session_id) {
  return Mix(Fold(Fold(Fold(kOffset, experiment), "\n"), session_id));
}

int BucketOf(std::string_view experiment, std::string_view session_id) {
  return static_cast<int>(AssignmentHash(experiment, session_id) % kBuckets);
}

}  // namespace onair::qos
