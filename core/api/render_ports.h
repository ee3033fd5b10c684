// SPDX-License-Identifier: Apache-2.0
//
// Where decoded media goes. Displays and audio devices pull; what they get is decided by the
// player's play line.
#pragma once

#include <optional>
#include <span>

#include "core/base/result.h"
#include "core/media/audio_block.h"
#include "core/media/video_frame.h"

namespace onair {

// Gives a display its pictures. thread-safe.
class PictureSource {
 public:
  virtual ~PictureSource() = default;

  // The picture that should stand on the display at `at` (the coming refresh); empty: keep
  // what is there. Pictures whose time has passed are skipped and counted by the source.
  virtual std::optional<VideoFrame> TakePicture(Timestamp at) = 0;

  // `frame` is visible since `when`.
  virtual void OnPresented(const VideoFrame& frame, const CaptureTime& when) = 0;
};

// Gives an audio device its samples. callback on the device's thread: no lock held for long,
// no allocation.
class AudioPuller {
 public:
  virtual ~AudioPuller() = default;

  // Fills all of `interleaved`, with silence where there is nothing. `heard_at`: when its
  // first sample leaves the speaker, by the device's own estimate.
  virtual void Pull(std::span<float> interleaved, Timestamp heard_at) = 0;
};

// A speaker, or something that behaves like one.
class AudioOutput {
 public:
  virtual ~AudioOutput() = default;  // Stops.

  // Opens the device and begins to pull; `puller` outlives it. kDeviceAbsent, kDeviceBusy.
  virtual Status Start(const AudioFormat& format, AudioPuller& puller) = 0;

  // No call to the puller after return. Bounded: <= 200 ms.
  virtual void Stop() = 0;
};

}  // namespace onair
