// SPDX-License-Identifier: Apache-2.0
#include "core/twin/path.h"

#include <algorithm>
#include <utility>

#include "core/machine/timer_table.h"

namespace onair::twin {

Path& Path::Then(std::unique_ptr<Link> link) {
  links_.push_back(std::move(link));
  return *this;
}

void Path::HandlePacket(Packet packet, Timestamp now) {
  now_ = std::max(now_, now);
  ++taken_;
  if (links_.empty()) {
    ready_.push_back(std::move(packet));
  } else {
    links_.front()->HandlePacket(std::move(packet), now_);
  }
}

void Path::HandleTimeout(Timestamp now) {
  now_ = std::max(now_, now);
  for (const auto& link : links_) link->HandleTimeout(now_);
}

LinkOutput Path::Poll() {
  if (!ready_.empty()) {
    Packet packet = std::move(ready_.front());
    ready_.erase(ready_.begin());
    ++passed_;
    return packet;
  }
  Idle earliest;
  for (std::size_t i = 0; i < links_.size();) {
    LinkOutput out = links_[i]->Poll();
    if (const auto* idle = std::get_if<Idle>(&out)) {
      earliest = Earlier(earliest, *idle);
      ++i;
    } else if (i + 1 < links_.size()) {
      links_[i + 1]->HandlePacket(std::move(*std::get_if<Packet>(&out)), now_);
    } else {
      ++passed_;
      return out;
    }
  }
  return earliest;
}

LinkStats Path::stats() const {
  LinkStats stats{taken_, passed_, 0};
  for (const auto& link : links_) {
    const LinkStats one = link->stats();
    stats.dropped += one.dropped;
    stats.doubled += one.doubled;
    stats.damaged += one.damaged;
  }
  return stats;
}

}  // namespace onair::twin
