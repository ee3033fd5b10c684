// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/play_recording.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <utility>

#include "platform/devices/open_recorder.h"
#include "platform/runtime/clock.h"
#include "platform/sdk/recording.h"

namespace onair {
namespace {

// Between the last frame before a jump and the first after it, where nobody knows better.
constexpr TimeDelta kStep = TimeDelta::Millis(33);

// Sound of a part begins with so many frames in a row, or that long after its pictures. Many tools
// go by the first time of a track and count samples: a hole would shift all that follows.
// Source: ours; a player that joins behind a full GOP cache drops single frames for about a second.
constexpr int kFlowingFrames = 10;
constexpr TimeDelta kMostSilence = TimeDelta::Seconds(3);
constexpr TimeDelta kWobble = TimeDelta::Millis(2);

bool IsRecordable(const std::string& path) {
  return path.ends_with(".flv") || path.ends_with(".mp4") || path.ends_with(".m3u8");
}

// "a/clip.mp4" -> "a/clip-2.mp4".
std::string PartPath(const std::string& path, int part) {
  if (part == 1) return path;
  const std::size_t dot = path.rfind('.');
  return path.substr(0, dot) + "-" + std::to_string(part) + path.substr(dot);
}

bool IsSame(const Buffer& a, const Buffer& b) {
  return std::ranges::equal(a.view(), b.view());
}

template <typename Track>
bool IsSame(const std::optional<Track>& a, const std::optional<Track>& b) {
  if (!a || !b) return !a && !b;
  return a->codec == b->codec && IsSame(a->config, b->config);
}

// Opens the file where it may block: on onair.file.
class LateRecorder final : public Recorder {
 public:
  LateRecorder(std::string path, PlayRecording::Open open, std::function<void()> on_open)
      : path_(std::move(path)), open_(std::move(open)), on_open_(std::move(on_open)) {}

  Status SetTracks(const StreamTracks& tracks) override {
    if (!recorder_) {
      auto opened = open_(path_);
      if (!opened) return Forward(opened);
      recorder_ = std::move(*opened);
      on_open_();
    }
    return recorder_->SetTracks(tracks);
  }
  Status Write(const EncodedFrame& frame) override { return recorder_->Write(frame); }
  Status Close() override { return recorder_ ? recorder_->Close() : Status(); }

 private:
  const std::string path_;
  const PlayRecording::Open open_;
  const std::function<void()> on_open_;
  std::unique_ptr<Recorder> recorder_;
};

void Add(const Recording& recording, PlayRecording::Counts& counts) {
  const auto stats = recording.stats().session;
  counts.frames += stats.frames_sent;
  counts.dropped += stats.frames_dropped;
  counts.size = counts.size + stats.bytes_sent;
}

}  // namespace

// What the threads that close files share with this.
struct PlayRecording::Ends {
  runtime::Mutex mutex;
  runtime::CondVar closed;
  int open ONAIR_GUARDED_BY(mutex) = 0;  // Files whose end is not told yet.
  // Of them those whose counters may still grow; the others are in `counts`.
  std::vector<std::shared_ptr<Recording>> growing ONAIR_GUARDED_BY(mutex);
  Counts counts ONAIR_GUARDED_BY(mutex);

  void Begin(std::shared_ptr<Recording> recording) {
    const runtime::MutexLock lock(mutex);
    growing.push_back(std::move(recording));
    ++open;
  }
  void Settle(const std::shared_ptr<Recording>& recording) {
    const runtime::MutexLock lock(mutex);
    if (std::erase(growing, recording) > 0) Add(*recording, counts);
  }
  void End() {
    const runtime::MutexLock lock(mutex);
    --open;
    closed.NotifyAll();
  }
};

struct PlayRecording::Part {
  std::shared_ptr<Recording> recording;
  std::shared_ptr<std::atomic<bool>> is_over = std::make_shared<std::atomic<bool>>(false);
};

PlayRecording::PlayRecording(Report report)
    : PlayRecording(std::move(report), devices::OpenRecorder) {}

PlayRecording::PlayRecording(Report report, Open open)
    : report_(std::move(report)), open_(std::move(open)), ends_(std::make_shared<Ends>()) {}

PlayRecording::~PlayRecording() {
  Stop();
}

Status PlayRecording::Start(const std::string& path) {
  if (!IsRecordable(path)) {
    return Fail(ErrorCode::kUnsupported, path + ": recordings end in .flv, .mp4 or .m3u8");
  }
  const runtime::MutexLock lock(mutex_);
  if (part_ && *part_->is_over) ClosePart();
  if (!path_.empty()) return Fail(ErrorCode::kInvalidState, "a recording is under way");
  path_ = path;
  parts_ = 0;
  awaits_key_ = true;
  return {};
}

void PlayRecording::Stop() {
  const runtime::MutexLock lock(mutex_);
  ClosePart();
  path_.clear();
}

bool PlayRecording::WaitUntilClosed(Timestamp deadline) {
  const runtime::MutexLock lock(ends_->mutex);
  while (ends_->open > 0 && runtime::Now() < deadline) {
    ends_->closed.WaitUntil(ends_->mutex, deadline);
  }
  return ends_->open == 0;
}

void PlayRecording::SetTracks(const StreamTracks& tracks) {
  const runtime::MutexLock lock(mutex_);
  const bool is_same =
      tracks_ && IsSame(tracks.video, tracks_->video) && IsSame(tracks.audio, tracks_->audio);
  tracks_ = tracks;
  if (is_same) return;
  awaits_key_ = true;
  ClosePart();
}

void PlayRecording::Push(const EncodedFrame& frame) {
  Reports reports;
  {
    const runtime::MutexLock lock(mutex_);
    Take(frame, reports);
  }
  for (RecordingEvent& event : reports) report_(std::move(event));
}

void PlayRecording::Jump() {
  const runtime::MutexLock lock(mutex_);
  has_jumped_ = true;
  awaits_key_ = true;
}

void PlayRecording::Take(EncodedFrame frame, Reports& reports) {
  if (path_.empty() || !tracks_) return;
  if (part_ && *part_->is_over) {  // It failed, and that is told.
    ClosePart();
    return;
  }
  const bool is_video = frame.track() == TrackKind::kVideo;
  const bool is_known = is_video ? tracks_->video.has_value() : tracks_->audio.has_value();
  if (!is_known) return;
  const bool may_begin = !tracks_->video || frame.is_key();
  if (awaits_key_ && !may_begin && !GoesOn(frame)) return;
  if (awaits_key_ && may_begin) {
    awaits_key_ = false;
    if (!part_ && !OpenPart(reports)) return;
    if (has_jumped_) Rebase(frame);
  }
  if (!is_video && tracks_->video && !DoesSoundFlow(frame)) return;
  frame.pts += offset_;
  frame.dts += offset_;
  last_dts_ = last_dts_ ? std::max(*last_dts_, frame.dts) : frame.dts;
  // Behind a picture that the disk did not take nothing up to the next key frame would decode.
  if (!part_->recording->Push(frame) && is_video) awaits_key_ = true;
}

// Behind a lost picture sound goes on; behind a jump only a key frame says where the time goes on.
bool PlayRecording::GoesOn(const EncodedFrame& frame) {
  if (!part_) return false;
  const bool goes_on = frame.track() == TrackKind::kAudio && !has_jumped_;
  if (!goes_on) part_->recording->CountDropped(frame.track());
  return goes_on;
}

bool PlayRecording::DoesSoundFlow(const EncodedFrame& sound) {
  if (sound_run_ >= kFlowingFrames) return true;
  if (!begin_) begin_ = sound.dts;
  const TimeDelta step = last_sound_ ? sound.dts - *last_sound_ : TimeDelta::PlusInfinity();
  const bool has_hole = step > sound_step_.Scaled(1.5) + kWobble;
  last_sound_ = sound.dts;
  sound_step_ = step;
  sound_run_ = has_hole ? 0 : sound_run_ + 1;
  if (sound.dts - *begin_ > kMostSilence) sound_run_ = kFlowingFrames;
  return sound_run_ >= kFlowingFrames;
}

void PlayRecording::Rebase(const EncodedFrame& first) {
  has_jumped_ = false;
  if (last_dts_) offset_ = *last_dts_ + kStep - first.dts;
}

bool PlayRecording::OpenPart(Reports& reports) {
  if (++parts_ > kMostParts) {
    reports.push_back(
        {path_, RecordingState::kEnded, Error{ErrorCode::kLimit, "too many parts of a recording"}});
    path_.clear();
    return false;
  }
  const std::string path = PartPath(path_, parts_);
  part_ = std::make_shared<Part>();
  part_->recording = std::make_shared<Recording>(
      std::make_unique<LateRecorder>(path, open_,
                                     [report = report_, path] {
                                       report({path, RecordingState::kBegan, std::nullopt});
                                     }),
      path);
  last_dts_.reset();
  begin_.reset();
  last_sound_.reset();
  sound_step_ = TimeDelta::PlusInfinity();
  sound_run_ = 0;
  offset_ = TimeDelta::Zero();
  has_jumped_ = false;
  // Of the recording itself only a weak hold: it keeps this.
  const auto on_end = [recording = std::weak_ptr(part_->recording), is_over = part_->is_over,
                       ends = ends_, report = report_, path](const std::optional<Error>& error) {
    *is_over = true;
    ends->Settle(recording.lock());
    report({path, RecordingState::kEnded, error});
    ends->End();
  };
  ends_->Begin(part_->recording);
  if (auto started = part_->recording->Start(runtime::Now(), on_end); !started) {
    ends_->Settle(part_->recording);
    ends_->End();
    reports.push_back({path, RecordingState::kEnded, started.error()});
    part_.reset();
    path_.clear();
    return false;
  }
  part_->recording->Push(*tracks_);
  return true;
}

// A file that is over before it was closed here has failed: nothing follows it.
void PlayRecording::ClosePart() {
  if (!part_) return;
  if (*part_->is_over) path_.clear();
  part_->recording->Finish();
  part_.reset();
}

PlayRecording::Counts PlayRecording::counts() const {
  const runtime::MutexLock lock(ends_->mutex);
  Counts counts = ends_->counts;
  for (const auto& recording : ends_->growing) Add(*recording, counts);
  return counts;
}

}  // namespace onair
