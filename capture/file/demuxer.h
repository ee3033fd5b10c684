// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <deque>
#include <optional>

#include "capture/file/av_ptr.h"
#include "core/media/encoded_frame.h"

namespace onair::capture {

// A local file cut into packets of its first picture and first sound track. Reads ahead as
// far as the other track's packets lie in the way, within bounds. single-owner.
class Demuxer {
 public:
  // kFileNotFound, kFileRead, kNotMedia.
  static Result<Demuxer> Open(const std::string& path);

  // The chosen stream; null when there is none or it was switched off.
  const AVStream* stream(TrackKind track) const { return streams_[Index(track)]; }
  const AVInputFormat& format() const { return *context_->iformat; }

  // An elementary stream: its times are guesses.
  bool is_untimed() const;

  // No packets of this track from now on.
  void SwitchOff(TrackKind track);

  // The track's next packet; null at its end, or where the file is interleaved so badly
  // that it lies beyond the bound: then the other track must be read first. kFileRead.
  Result<AvPtr<AVPacket>> Read(TrackKind track);
  // Whether a null from Read() was the end.
  bool is_at_end() const { return is_at_end_; }

  // Back to the first packet.
  Status Rewind();

 private:
  struct Close {
    void operator()(AVFormatContext* context) const;
  };
  using Context = std::unique_ptr<AVFormatContext, Close>;

  Demuxer(std::string path, Context context);
  static std::size_t Index(TrackKind track) { return track == TrackKind::kVideo ? 0 : 1; }
  static Result<Context> OpenContext(const std::string& path);
  void ChooseStreams();
  bool IsFull() const;

  std::string path_;
  Context context_;
  std::array<const AVStream*, 2> streams_{};
  std::array<bool, 2> is_off_{};
  std::array<std::deque<AvPtr<AVPacket>>, 2> ahead_;
  std::int64_t ahead_bytes_ = 0;
  bool is_at_end_ = false;
};

}  // namespace onair::capture
