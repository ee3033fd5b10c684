// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/source_switch.h"

#include <atomic>
#include <utility>

namespace onair {
namespace {

capture::SourceTracks TracksOf(const std::vector<const SourceInfo*>& infos) {
  bool has_video = false;
  bool has_audio = false;
  for (const SourceInfo* info : infos) {
    has_video = has_video || info->video.has_value();
    has_audio = has_audio || info->audio.has_value();
  }
  if (has_video && has_audio) return capture::SourceTracks::kBoth;
  return has_audio ? capture::SourceTracks::kAudio : capture::SourceTracks::kVideo;
}

}  // namespace

// Places what one source gives, from the moment it is let in.
class SourceSwitch::Sink final : public FrameSink {
 public:
  Sink(SharedLine& line, const Outputs& outputs) : line_(line), outputs_(outputs) {}

  void LetIn() {
    std::optional<std::optional<Error>> ended;
    {
      const runtime::MutexLock lock(mutex_);
      is_in_ = true;
      ended = std::exchange(pending_end_, std::nullopt);
    }
    if (ended) outputs_.ended(std::move(*ended));
  }
  void ShutOut() { is_in_ = false; }

  void OnVideo(VideoFrame frame) override {
    if (!is_in_) return;
    const auto place =
        line_.Place({TrackKind::kVideo, frame.pts, TimeDelta::Zero(), frame.captured_at});
    if (place.change == capture::LineChange::kDropped) return;
    frame.pts = place.at;
    outputs_.video(std::move(frame));
  }
  void OnAudio(AudioBlock block) override {
    if (!is_in_) return;
    const auto place =
        line_.Place({TrackKind::kAudio, block.pts, block.duration(), block.captured_at});
    if (place.change == capture::LineChange::kDropped) return;
    block.pts = place.at;
    outputs_.audio(std::move(block));
  }
  void OnSourceEnd(std::optional<Error> error) override {
    {
      const runtime::MutexLock lock(mutex_);
      if (!is_in_) {
        // It broke while another device of its set was still opening.
        pending_end_ = std::move(error);
        return;
      }
    }
    outputs_.ended(std::move(error));
  }

 private:
  SharedLine& line_;
  const Outputs& outputs_;
  std::atomic<bool> is_in_{false};
  runtime::Mutex mutex_;
  std::optional<std::optional<Error>> pending_end_ ONAIR_GUARDED_BY(mutex_);
};

SourceSwitch::SourceSwitch(SharedLine& line, Outputs outputs)
    : line_(line), outputs_(std::move(outputs)) {}

SourceSwitch::~SourceSwitch() {
  Stop();
}

void SourceSwitch::Run(std::vector<Wanted> sources) {
  std::vector<Running> next;
  std::vector<const SourceInfo*> infos;
  for (Wanted& wanted : sources) {
    next.push_back({std::make_unique<Sink>(line_, outputs_), std::move(wanted.source)});
    if (auto status = StartOne(next.back()); !status) {
      if (wanted.need == Need::kMay) {
        next.pop_back();
        outputs_.skipped(status.error());
        continue;
      }
      for (Running& running : next) running.source->Stop();
      outputs_.ended(status.error());
      return;
    }
    infos.push_back(&next.back().source->info());
  }
  for (Running& old : running_) old.sink->ShutOut();
  if (!infos.empty()) line_.StartSource(TracksOf(infos));
  for (Running& running : next) running.sink->LetIn();
  Stop();
  running_ = std::move(next);
}

Status SourceSwitch::StartOne(Running& running) {
  {
    const runtime::MutexLock lock(mutex_);
    if (is_interrupted_) return Fail(ErrorCode::kInvalidState, "stopping");
    starting_ = running.source.get();
  }
  Status status = running.source->Start(line_.origin(), *running.sink);
  const runtime::MutexLock lock(mutex_);
  starting_ = nullptr;
  return status;
}

void SourceSwitch::Stop() {
  for (Running& running : running_) running.source->Stop();
  running_.clear();
}

void SourceSwitch::Interrupt() {
  const runtime::MutexLock lock(mutex_);
  is_interrupted_ = true;
  if (starting_ != nullptr) starting_->Stop();
}

}  // namespace onair
