// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tests/platform/sdk/sdk_world.h"

namespace onair::sdk_test {

inline constexpr PictureSize kStamped{640, 360};

// One publisher, one clock, as many addresses as are wanted.
class Source {
 public:
  explicit Source(std::vector<std::string> urls, AudioCodec sound = AudioCodec::kAac,
                  TimeDelta gop = TimeDelta::Seconds(1)) {
    auto config = SmallPublisher(std::move(urls));
    config.video->size = kStamped;
    config.video->gop = gop;
    config.audio->codec = sound;
    const std::size_t count = config.urls.size();
    auto publisher = Publisher::Create(config, InPlace(), events_.listener());
    REQUIRE(publisher);
    publisher_ = std::move(*publisher);
    publisher_->SetSources(TestPicture(kStamped));
    REQUIRE(publisher_->Start());
    REQUIRE(Eventually([&] {
      const auto stats = publisher_->stats();
      return std::ranges::all_of(stats.destinations,
                                 [](const auto& one) { return one.session.frames_sent >= 5; }) &&
             stats.destinations.size() == count;
    }));
  }

  // What a busy machine did to the pictures before anybody got them.
  std::int64_t skipped() const {
    const auto stats = publisher_->stats();
    std::int64_t lost = stats.frames_dropped + stats.frames_skipped + stats.frames_held_up;
    for (const auto& one : stats.destinations) lost += one.session.frames_dropped;
    return lost;
  }
  std::int64_t repeated() const { return publisher_->stats().frames_repeated; }

 private:
  Events<PublishEvent> events_;
  std::unique_ptr<Publisher> publisher_;
};

}  // namespace onair::sdk_test
