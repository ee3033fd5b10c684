// SPDX-License-Identifier: Apache-2.0
//
// Where raw media comes from. Pull sources (`MediaSource`) are pure and are paced by their
// driver; live sources (`LiveSource`) are devices with a thread of their own. Both put audio
// and video on one line.
#pragma once

#include <optional>

#include "core/base/result.h"
#include "core/media/audio_block.h"
#include "core/media/encoded_frame.h"
#include "core/media/video_frame.h"

namespace onair {

// What the pictures of a source are.
struct VideoFormat {
  PictureSize size;       // Pixels, as captured; before the rotation of each picture.
  double frame_rate = 0;  // Pictures per second; 0 when it varies.
};

// What a source gives; a missing track stays empty.
struct SourceInfo {
  std::optional<VideoFormat> video;
  std::optional<AudioFormat> audio;
};

// Gives pictures and sound when its driver says that their time has come. Pure.
class MediaSource {
 public:
  virtual ~MediaSource() = default;

  // The next item: its track and its position from the source's start, >= 0 and never
  // falling per track. Empty when the source has ended; an error when it broke. Repeating
  // the call without a read changes nothing.
  struct Due {
    TrackKind track;
    MediaTime at;
  };
  // See Due.
  virtual Result<std::optional<Due>> Next() = 0;

  // Takes the item that Next() announced. `captured` is the moment now; items carry
  // pts = Due::at, captured_at and (video) captured_utc = captured.
  virtual Result<VideoFrame> ReadVideo(const CaptureTime& captured) = 0;
  // The same for sound: where Next() announced audio.
  virtual Result<AudioBlock> ReadAudio(const CaptureTime& captured) = 0;

  // Valid from construction on; does not change.
  virtual const SourceInfo& info() const = 0;
};

// Takes raw media. callback on the source's thread; must return within a frame's time.
class FrameSink {
 public:
  virtual ~FrameSink() = default;

  // One picture; its pts rises. Keeps it, or lets it go when it is behind.
  virtual void OnVideo(VideoFrame frame) = 0;
  // One block of sound, behind the one before.
  virtual void OnAudio(AudioBlock block) = 0;
  // The last call of a source: ended (no error) or broke. Never called after Stop().
  virtual void OnSourceEnd(std::optional<Error> error) = 0;
};

// A device. pts of both tracks is driver time of capture since `Start()`'s origin.
class LiveSource {
 public:
  virtual ~LiveSource() = default;  // Stops.

  // Opens the device and begins to call `sink`, which outlives the source. kDeviceAbsent,
  // kDeviceBusy, kDevicePermission. `origin` is the driver time that becomes MediaTime zero.
  virtual Status Start(Timestamp origin, FrameSink& sink) = 0;

  // No call to the sink after return. Bounded: <= 200 ms.
  virtual void Stop() = 0;

  // Valid after Start().
  virtual const SourceInfo& info() const = 0;
};

}  // namespace onair
