// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "core/api/codec_ports.h"
#include "core/machine/trace.h"
#include "platform/sdk/audio_renderer.h"
#include "platform/sdk/decode_queue.h"
#include "platform/sdk/picture_queue.h"

namespace onair {

// The thread onair.decode: coded frames that the session released become pictures and sound
// on their way to the display and the speaker. thread-safe.
class DecodeLine {
 public:
  using Decode = DecodeQueue::Decode;
  using NewTracks = DecodeQueue::NewTracks;
  using Flush = DecodeQueue::Flush;
  using Line = DecodeQueue::Line;
  using PictureForm = DecodeQueue::PictureForm;
  using ShowFrom = DecodeQueue::ShowFrom;
  using Drain = DecodeQueue::Drain;
  using Hide = DecodeQueue::Hide;
  using Job = DecodeQueue::Job;

  // callback on onair.decode.
  struct Outputs {
    std::function<void()> picture_ready;
    // Pictures are lost up to the next key frame, which is not on its way yet. Also from
    // inside Push().
    std::function<void()> decode_failed;
    // This machine has no decoder for the pictures of these tracks, or it cannot be loaded.
    std::function<void(std::int64_t tracks, const Error&)> has_no_decoder = [](std::int64_t,
                                                                               const Error&) {};
    // Sound of this format begins; answers where to put it.
    std::function<std::shared_ptr<AudioRenderer>(const AudioFormat&)> audio;
    // The first picture at or behind ShowFrom::place waits for the display.
    std::function<void()> shown_from = [] {};
  };

  struct Counts {
    std::int64_t decoded = 0;
    std::int64_t errors = 0;
    std::int64_t dropped = 0;  // Before the decoder: no room, or flushed.
    std::optional<Timestamp> first_decoded_at;
    // The decoders' warming up.
    std::optional<Timestamp> open_began_at;
    std::optional<Timestamp> opened_at;
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
  void WarmUp();
  void Do(Decode& job);
  void Do(NewTracks& job);
  void Do(Flush& job);
  void Do(Line& job);
  void Do(PictureForm& job) { form_ = job; }
  void Do(ShowFrom& job) { show_from_ = job.place; }
  void Do(Drain& job);
  void Do(Hide& job) { hidden_until_ = job.until; }
  void DecodeVideo(Decode& job);
  void TryAgain();
  void ShowPictures(const std::function<Timestamp(const VideoFrame&, Timestamp on_line)>& due);
  bool MakeUpright(VideoFrame& picture);
  void DecodeAudio(Decode& job);
  void ConcealHole(const EncodedFrame& next);

  std::unique_ptr<VideoDecoder> video_;
  std::unique_ptr<AudioDecoder> audio_;
  PictureQueue& pictures_;
  const Outputs outputs_;
  TraceSink& trace_;
  DecodeQueue jobs_;
  std::thread thread_;

  // Of onair.decode only.
  bool has_video_ = false;
  std::optional<VideoTrack> refused_;  // By the decoder, which is asked again at each key frame.
  bool has_audio_ = false;
  std::optional<ClockMap> line_;
  PictureForm form_{Rotation::k0};
  std::optional<MediaTime> show_from_;
  std::optional<MediaTime> hidden_until_;
  std::optional<MediaTime> sound_end_;  // Of what was decoded last.
  std::shared_ptr<AudioRenderer> renderer_;
  std::vector<VideoFrame> pictures_out_;
  std::vector<AudioBlock> blocks_out_;

  mutable runtime::Mutex mutex_;
  Counts counts_ ONAIR_GUARDED_BY(mutex_);
};

}  // namespace onair
