// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "core/api/render_ports.h"
#include "platform/devices/y4m_writer.h"
#include "platform/runtime/mutex.h"

namespace onair::samples {

// Stands between players and their display: keeps the picture that is shown for snapshots,
// counts, and writes a dump. thread-safe.
class TappedPictures final : public PictureSource {
 public:
  // Whose pictures are shown; null: nobody's. No call to the one before after return.
  void SetSource(PictureSource* source);

  // All pictures shown from now on go to `path`. Writing blocks the display: for measurements
  // of pictures, not of time.
  Status StartDump(const std::string& path, double frame_rate);
  // What the stream says of its rate, for the dump's header: before the first picture.
  void SetFrameRate(double frame_rate);
  // Ends the dump; the first error of any write.
  Status FinishDump();

  std::optional<VideoFrame> TakePicture(Timestamp at) override;
  void OnPresented(const VideoFrame& frame, const CaptureTime& when) override;

  // The picture shown now; kInvalidState before the first.
  Status Snapshot(const std::string& path) const;
  std::int64_t presented() const;
  // Of the present source.
  std::optional<Timestamp> first_presented_at() const;

 private:
  runtime::Mutex source_mutex_;  // Held through calls of the source; taken before mutex_.
  PictureSource* source_ ONAIR_GUARDED_BY(source_mutex_) = nullptr;
  mutable runtime::Mutex mutex_;
  std::optional<VideoFrame> shown_ ONAIR_GUARDED_BY(mutex_);
  std::optional<Timestamp> first_presented_at_ ONAIR_GUARDED_BY(mutex_);
  std::int64_t presented_ ONAIR_GUARDED_BY(mutex_) = 0;
  std::unique_ptr<devices::Y4mWriter> dump_ ONAIR_GUARDED_BY(mutex_);
  std::optional<Error> dump_error_ ONAIR_GUARDED_BY(mutex_);
};

}  // namespace onair::samples
