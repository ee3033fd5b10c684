// SPDX-License-Identifier: Apache-2.0
//
// One device, one thread: the part of every live source that is about threads and ends.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <variant>

#include "core/api/capture_ports.h"

namespace onair::devices {

// What a device gives: captured_at is set, pts is not yet meant.
using Grabbed = std::variant<VideoFrame, AudioBlock>;

// A device as its thread sees it; only that thread calls it, from construction to destruction.
class Grabber {
 public:
  virtual ~Grabber() = default;  // Closes the device.

  virtual Status Open() = 0;
  virtual const SourceInfo& info() const = 0;

  // The next item; empty: none yet, ask again in a moment. An error ends the source.
  virtual Result<std::optional<Grabbed>> Grab() = 0;
};

// Makes the grabber; the flag becomes true when it should give up what it does.
using GrabberFactory = std::function<std::unique_ptr<Grabber>(const std::atomic<bool>& stopping)>;

class LiveThread : public LiveSource {
 public:
  explicit LiveThread(GrabberFactory factory) : factory_(std::move(factory)) {}
  ~LiveThread() override { Stop(); }

  Status Start(Timestamp origin, FrameSink& sink) override;
  void Stop() override;
  const SourceInfo& info() const override { return info_; }

 private:
  struct Shared;
  Status AwaitOpen(Shared& shared);
  void Finish(std::shared_ptr<Shared> shared, std::thread thread);

  const GrabberFactory factory_;
  SourceInfo info_;
  std::mutex control_;  // Guards the two below: Stop() may meet Start().
  std::shared_ptr<Shared> shared_;
  std::thread thread_;
};

}  // namespace onair::devices
