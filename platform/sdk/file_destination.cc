// SPDX-License-Identifier: Apache-2.0
#include <pthread.h>

#include <atomic>
#include <optional>
#include <thread>
#include <utility>
#include <variant>

#include "platform/devices/open_recorder.h"
#include "platform/runtime/bounded_queue.h"
#include "platform/runtime/clock.h"
#include "platform/runtime/mutex.h"
#include "platform/sdk/destination.h"

namespace onair {
namespace {

constexpr std::string_view kScheme = "file:";

// A disk that takes nothing for this much media is broken; 32 MiB is 8 s at 32 Mbit/s.
constexpr std::size_t kMaxFrames = 2000;
constexpr DataSize kMaxBytes = DataSize::Mebibytes(32);

using Job = std::variant<StreamTracks, EncodedFrame>;

std::int64_t SizeOf(const Job& job) {
  const auto* frame = std::get_if<EncodedFrame>(&job);
  return frame == nullptr ? 0 : static_cast<std::int64_t>(frame->payload.size());
}

// A recording: the net loop hands frames to the thread onair.file, which may block.
class FileDestination final : public Destination {
 public:
  FileDestination(runtime::Loop& loop, DestinationSetup setup, std::unique_ptr<Recorder> recorder)
      : loop_(loop),
        setup_(std::move(setup)),
        recorder_(std::move(recorder)),
        jobs_({.items = kMaxFrames, .measure = kMaxBytes.bytes()}, runtime::WhenFull::kRefuse,
              SizeOf) {
    const runtime::MutexLock lock(mutex_);
    stats_.url = setup_.url;
  }
  ~FileDestination() override {
    jobs_.Close();
    if (thread_.joinable()) thread_.join();
  }

  void Start(Timestamp now) override {
    {
      const runtime::MutexLock lock(mutex_);
      stats_.session.started_at = now;
      stats_.session.live_at = now;
      stats_.session.state = PublishState::kLive;
    }
    thread_ = std::thread([this] { Run(); });
    setup_.reports.event(PublishStateEvent{setup_.index, PublishState::kLive, std::nullopt});
  }

  void SetTracks(const StreamTracks& tracks, Timestamp) override { jobs_.Push(tracks); }

  void Push(const EncodedFrame& frame, Timestamp) override {
    if (has_ended_) return;
    const bool is_video = frame.track() == TrackKind::kVideo;
    // After a lost picture nothing up to the next key frame would decode.
    if (frame.is_key()) awaits_key_ = false;
    const bool is_taken = !(is_video && awaits_key_) && jobs_.Push(frame);
    if (is_video && !is_taken && !awaits_key_) {
      awaits_key_ = true;
      setup_.reports.key_frame_wanted();
    }
    const runtime::MutexLock lock(mutex_);
    auto& counts = stats_.session;
    if (is_video) {
      ++counts.frames_queued;
      if (!is_taken) ++counts.frames_dropped;
    } else if (!is_taken) {
      ++counts.audio_frames_dropped;
    }
  }

  void Stop(TimeDelta, std::function<void()> on_stopped) override {
    on_stopped_ = std::move(on_stopped);
    jobs_.Close();
    if (!thread_.joinable() || has_ended_) Ended(std::nullopt);
  }

  void Sample(Timestamp) override {}
  DestinationStats stats() const override {
    const runtime::MutexLock lock(mutex_);
    return stats_;
  }

 private:
  void Run() {
    pthread_setname_np(pthread_self(), "onair.file");
    std::optional<Error> error;
    while (auto job = jobs_.PopUntil(Timestamp::PlusInfinity())) {
      if (auto status = Do(*job); !status) {
        error = status.error();
        break;
      }
    }
    jobs_.Close();
    jobs_.Clear();
    if (auto status = recorder_->Close(); !status && !error) error = status.error();
    loop_.Post([this, error] { Ended(error); });
  }

  Status Do(const Job& job) {
    if (const auto* tracks = std::get_if<StreamTracks>(&job)) return recorder_->SetTracks(*tracks);
    const auto& frame = std::get<EncodedFrame>(job);
    const Status status = recorder_->Write(frame);
    if (status) CountWritten(frame);
    return status;
  }

  void CountWritten(const EncodedFrame& frame) {
    const Timestamp now = runtime::Now();
    const auto size = DataSize::Bytes(static_cast<std::int64_t>(frame.payload.size()));
    const runtime::MutexLock lock(mutex_);
    auto& counts = stats_.session;
    counts.bytes_sent += size;
    if (frame.track() == TrackKind::kAudio) {
      ++counts.audio_frames_sent;
      counts.audio_bytes_sent += size;
      return;
    }
    ++counts.frames_sent;
    if (frame.is_key()) ++counts.key_frames_sent;
    if (!counts.first_frame_at) counts.first_frame_at = now;
    counts.video_bytes_sent += size;
    stats_.send_delay.Add(now - frame.captured_at);
  }

  // On the net loop's thread: the file is closed. A second call is the owner's Stop().
  void Ended(const std::optional<Error>& error) {
    if (!std::exchange(has_ended_, true)) TellEnd(error);
    if (on_stopped_) std::exchange(on_stopped_, nullptr)();
  }

  void TellEnd(const std::optional<Error>& error) {
    {
      const runtime::MutexLock lock(mutex_);
      stats_.session.state = PublishState::kEnded;
      stats_.error = error;
    }
    setup_.reports.event(PublishStateEvent{setup_.index, PublishState::kEnded, error});
  }

  runtime::Loop& loop_;
  const DestinationSetup setup_;
  std::unique_ptr<Recorder> recorder_;
  runtime::BoundedQueue<Job> jobs_;
  std::function<void()> on_stopped_;
  bool has_ended_ = false;  // Of the net loop, as the next one.
  bool awaits_key_ = false;
  mutable runtime::Mutex mutex_;
  DestinationStats stats_ ONAIR_GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<Destination>> MakeFileDestination(runtime::Loop& loop,
                                                         DestinationSetup setup) {
  auto recorder = devices::OpenRecorder(setup.url.substr(kScheme.size()));
  if (!recorder) return Forward(recorder);
  return std::unique_ptr<Destination>(
      std::make_unique<FileDestination>(loop, std::move(setup), std::move(*recorder)));
}

}  // namespace onair
