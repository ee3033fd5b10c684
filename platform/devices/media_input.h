// SPDX-License-Identifier: Apache-2.0
//
// FFmpeg's input with bounds on time and on what it may open. Private to this room.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "platform/devices/driver_clock.h"
#include "platform/devices/media_reader.h"

struct AVDictionary;
struct AVFormatContext;
struct AVIOContext;
struct AVPacket;

namespace onair::devices {

// Single-owner. Not movable: FFmpeg keeps its address.
class MediaInput {
 public:
  MediaInput(MediaReaderConfig config, const std::atomic<bool>& stopping);
  ~MediaInput();
  MediaInput(const MediaInput&) = delete;
  MediaInput& operator=(const MediaInput&) = delete;

  Status Open();
  AVFormatContext& context() { return *context_; }
  MediaKind kind() const;

  // False: the end.
  Result<bool> Read(AVPacket& packet);
  // To the key frame at or before `us` of the container's own time.
  Status Seek(int stream, std::int64_t us);

 private:
  static int IsInterrupted(void* self);
  static int OpenIo(AVFormatContext* context, AVIOContext** io, const char* url, int flags,
                    AVDictionary** options);

  Status Prepare();
  Error OpenError(int av_error) const;
  Error ErrorOf(int av_error) const;
  void Allow(TimeDelta span) { deadline_ = Now() + span; }

  const MediaReaderConfig config_;
  const std::atomic<bool>& stopping_;
  const bool is_playlist_;
  const bool is_http_;
  std::string path_;  // What FFmpeg opens.
  Timestamp deadline_ = Timestamp::PlusInfinity();
  bool has_timed_out_ = false;
  int (*open_io_)(AVFormatContext*, AVIOContext**, const char*, int, AVDictionary**) = nullptr;
  int last_open_error_ = 0;  // Of the newest playlist or segment.
  AVFormatContext* context_ = nullptr;
};

}  // namespace onair::devices
