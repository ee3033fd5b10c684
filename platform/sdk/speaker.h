// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <thread>

#include "core/api/render_ports.h"
#include "platform/sdk/audio_renderer.h"

namespace onair {

// Opens and closes the sound device on the thread onair.sound. A device that hangs is left
// behind with that thread and everything it may still touch, so that nobody waits for it.
// thread-safe.
class Speaker {
 public:
  // callback on onair.sound: how the opening for Play() went. None is under way or begins
  // after Close(). It must not call Close().
  using OnOpened = std::function<void(const Status&)>;

  Speaker(std::unique_ptr<AudioOutput> output, OnOpened on_opened);
  // Close(), and waits for the device until 300 ms after the first Close().
  ~Speaker();

  // The device pulls from `renderer`, in its format, instead of the one before. Returns at
  // once; of several that wait the last one holds.
  void Play(std::shared_ptr<AudioRenderer> renderer);

  // Begins to close the device; returns at once.
  void Close();

 private:
  struct Shared;
  static void Run(Shared& shared);
  static void OpenFor(Shared& shared, AudioRenderer& renderer);

  std::shared_ptr<Shared> shared_;
  std::thread thread_;
};

}  // namespace onair
