// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <variant>
#include <vector>

#include "core/api/codec_ports.h"
#include "core/machine/trace.h"
#include "platform/runtime/bounded_queue.h"
#include "platform/sdk/audio_renderer.h"
#include "platform/sdk/picture_queue.h"

namespace onair {

// The thread onair.decode: coded frames that the session released become pictures and sound
// on their way to the display and the speaker. thread-safe.
class DecodeLine {
 public:
  struct Decode {
    EncodedFrame frame;
    Timestamp render_at;
  };
  struct NewTracks {
    StreamTracks tracks;
  };
  struct Flush {};
  struct Line {
    ClockMap map;
  };
  using Job = std::variant<Decode, NewTracks, Flush, Line>;

  // callback on onair.decode.
  struct Outputs {
    std::function<void()> picture_ready;
    std::function<void()> decode_failed;
    // Sound of this format begins; answers where to put it.
    std::function<std::shared_ptr<AudioRenderer>(const AudioFormat&)> audio;
  };

  struct Counts {
    std::int64_t decoded = 0;
    std::int64_t errors = 0;
    std::optional<Timestamp> first_decoded_at;
  };

  DecodeLine(std::unique_ptr<VideoDecoder> video, std::unique_ptr<AudioDecoder> audio,
             PictureQueue& pictures, Outputs outputs, TraceSink& trace);
  ~DecodeLine();  // Stop().

  void Start();
  void Stop();
  void Push(Job job);
  Counts counts() const;

 private:
  void Run();
  void Do(Decode& job);
  void Do(NewTracks& job);
  void Do(Flush& job);
  void Do(Line& job);
  void DecodeVideo(Decode& job);
  void DecodeAudio(Decode& job);

  std::unique_ptr<VideoDecoder> video_;
  std::unique_ptr<AudioDecoder> audio_;
  PictureQueue& pictures_;
  const Outputs outputs_;
  TraceSink& trace_;
  runtime::BoundedQueue<Job> jobs_;
  std::thread thread_;
  std::atomic<bool> is_stopping_{false};

  // Of onair.decode only.
  bool has_video_ = false;
  bool has_audio_ = false;
  std::optional<ClockMap> line_;
  std::shared_ptr<AudioRenderer> renderer_;
  std::vector<VideoFrame> pictures_out_;
  std::vector<AudioBlock> blocks_out_;

  mutable runtime::Mutex mutex_;
  Counts counts_ ONAIR_GUARDED_BY(mutex_);
};

}  // namespace onair
