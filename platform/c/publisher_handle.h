// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>

#include "onair/publisher.h"
#include "platform/c/answer.h"
#include "platform/sdk/callback_thread.h"
#include "platform/sdk/publisher.h"

struct onair_publisher {
  onair::CallbackThread callbacks;           // Outlives who tells on it.
  std::unique_ptr<onair::QosPolicy> policy;  // Outlives the publisher.
  std::unique_ptr<onair::Publisher> publisher;
  onair_publisher_stats_fn on_stats = nullptr;
  void* user = nullptr;
  onair::TimeDelta stats_every = onair::TimeDelta::Seconds(1);
  onair::VideoConfig video;
  onair::AudioCodec audio = onair::AudioCodec::kAac;
  std::atomic<bool> is_stopped{false};
};

namespace onair::c {

// Runs `body` on a publisher that is there.
template <typename Body>
onair_code With(onair_publisher* handle, Body&& body) noexcept {
  return Guarded([&]() -> Status {
    if (handle == nullptr) return Refuse("publisher");
    return body(*handle);
  });
}

}  // namespace onair::c
