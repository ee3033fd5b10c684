// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/api/events.h"
#include "core/api/recorder.h"
#include "platform/runtime/mutex.h"

namespace onair {

// What a player plays, written beside it without coding anew: from the next key frame on, on one
// line of time that goes on where a Jump() is told, and keeps every other hole; its sound from
// where it has no holes, since a player that joins drops some. Where the decoder configuration
// changes (another size, another codec) the file is finished and the next part begins: clip.mp4,
// clip-2.mp4, ... thread-safe.
class PlayRecording {
 public:
  // Source: ours; a sender that changes its size at every key frame must not fill a folder.
  static constexpr int kMostParts = 100;

  // callback on any thread, the disk's included; it may come after this is gone.
  using Report = std::function<void(RecordingEvent)>;

  // On onair.file, where it may block.
  using Open = std::function<Result<std::unique_ptr<Recorder>>(const std::string& path)>;

  explicit PlayRecording(Report report);  // By devices/open_recorder.h.
  PlayRecording(Report report, Open open);
  ~PlayRecording();  // Stop().

  // The container by the ending (devices/open_recorder.h). kInvalidState: one is under way;
  // kUnsupported: another ending. What the disk says comes as RecordingEvent.
  Status Start(const std::string& path);
  // What is in is written and the file closed; kEnded follows.
  void Stop();
  // Whether all files were closed by then.
  bool WaitUntilClosed(Timestamp deadline);

  // What is played. A jump: the next frame's time does not follow on the last one's.
  void SetTracks(const StreamTracks& tracks);
  void Push(const EncodedFrame& frame);
  void Jump();

  struct Counts {
    std::int64_t frames = 0;  // Video, written.
    // Video of a file under way that the disk did not take, or that nothing was left to decode it
    // by: behind one that the disk did not take, or behind a jump, up to the next key frame.
    std::int64_t dropped = 0;
    DataSize size = DataSize::Zero();
  };
  Counts counts() const;  // Of all parts and recordings.

 private:
  struct Ends;
  struct Part;
  using Reports = std::vector<RecordingEvent>;

  void Take(EncodedFrame frame, Reports& reports) ONAIR_REQUIRES(mutex_);
  bool OpenPart(Reports& reports) ONAIR_REQUIRES(mutex_);
  void ClosePart() ONAIR_REQUIRES(mutex_);
  void Rebase(const EncodedFrame& first) ONAIR_REQUIRES(mutex_);
  bool GoesOn(const EncodedFrame& frame) ONAIR_REQUIRES(mutex_);
  bool DoesSoundFlow(const EncodedFrame& sound) ONAIR_REQUIRES(mutex_);

  const Report report_;
  const Open open_;
  const std::shared_ptr<Ends> ends_;
  mutable runtime::Mutex mutex_;
  std::optional<StreamTracks> tracks_ ONAIR_GUARDED_BY(mutex_);
  std::string path_ ONAIR_GUARDED_BY(mutex_);  // Empty: nothing is recorded.
  int parts_ ONAIR_GUARDED_BY(mutex_) = 0;
  std::shared_ptr<Part> part_ ONAIR_GUARDED_BY(mutex_);
  bool awaits_key_ ONAIR_GUARDED_BY(mutex_) = true;
  bool has_jumped_ ONAIR_GUARDED_BY(mutex_) = false;
  TimeDelta offset_ ONAIR_GUARDED_BY(mutex_) = TimeDelta::Zero();
  std::optional<MediaTime> last_dts_ ONAIR_GUARDED_BY(mutex_);
  std::optional<MediaTime> begin_ ONAIR_GUARDED_BY(mutex_);  // Of the part.
  std::optional<MediaTime> last_sound_ ONAIR_GUARDED_BY(mutex_);
  TimeDelta sound_step_ ONAIR_GUARDED_BY(mutex_) = TimeDelta::PlusInfinity();
  int sound_run_ ONAIR_GUARDED_BY(mutex_) = 0;  // Frames without a hole.
};

}  // namespace onair
