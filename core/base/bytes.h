// SPDX-License-Identifier: Apache-2.0
//
// The two plain words for bytes. Shared, immutable bytes are `Buffer`.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace onair {

using Bytes = std::vector<std::uint8_t>;         // Owned.
using ByteView = std::span<const std::uint8_t>;  // Borrowed; the owner outlives it.

}  // namespace onair
