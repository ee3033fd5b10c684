// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>

#include "core/units/data.h"
#include "core/units/time.h"

namespace onair::edge {

// What viewers' lines were seen to carry, by their address: who zaps is known when he comes. Pure.
class LineMemory {
 public:
  // Source: ours; viewers of an evening on an edge of this size, 200 KiB.
  static constexpr std::size_t kMost = 1024;
  // Source: ours; longer than a room is watched, shorter than a phone stays on one network.
  static constexpr TimeDelta kKept = TimeDelta::Seconds(600);

  void Note(const std::string& address, DataRate line, Timestamp now) {
    if (address.empty()) return;
    if (lines_.size() >= kMost && !lines_.contains(address)) DropOldest();
    lines_.insert_or_assign(address, Line{line, now});
  }
  std::optional<DataRate> Find(const std::string& address, Timestamp now) const {
    const auto found = lines_.find(address);
    if (found == lines_.end() || now - found->second.at > kKept) return std::nullopt;
    return found->second.rate;
  }
  std::size_t size() const { return lines_.size(); }

 private:
  struct Line {
    DataRate rate;
    Timestamp at;
  };

  void DropOldest() {
    auto oldest = lines_.begin();
    for (auto it = lines_.begin(); it != lines_.end(); ++it) {
      if (it->second.at < oldest->second.at) oldest = it;
    }
    lines_.erase(oldest);
  }

  std::map<std::string, Line> lines_;
};

}  // namespace onair::edge
