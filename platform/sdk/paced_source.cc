// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/paced_source.h"

#include <pthread.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "platform/runtime/clock.h"

namespace onair {
namespace {

// Source: ours; longer than any scheduling hiccup, shorter than a viewer's patience.
constexpr TimeDelta kMaxLag = TimeDelta::Millis(500);

class PacedSource final : public LiveSource {
 public:
  explicit PacedSource(std::unique_ptr<MediaSource> source) : source_(std::move(source)) {}
  ~PacedSource() override { Stop(); }

  Status Start(Timestamp origin, FrameSink& sink) override {
    const std::lock_guard lock(mutex_);  // Stop() may come from another thread.
    if (is_stopping_ || thread_.joinable()) {
      return Fail(ErrorCode::kInvalidState, "the source has run already");
    }
    origin_ = origin;
    sink_ = &sink;
    thread_ = std::thread([this] { Run(); });
    return {};
  }

  void Stop() override {
    std::thread running;
    {
      const std::lock_guard lock(mutex_);
      is_stopping_ = true;
      running = std::move(thread_);
    }
    wake_.notify_all();
    if (running.joinable()) running.join();
  }

  const SourceInfo& info() const override { return source_->info(); }

 private:
  void Run() {
    pthread_setname_np(pthread_self(), "onair.source");
    Timestamp line_start = runtime::Now();
    for (;;) {
      auto next = source_->Next();
      if (!next) return End(next.error());
      if (!next->has_value()) return End(std::nullopt);
      const Timestamp due = line_start + ((*next)->at - MediaTime::Zero());
      if (!WaitUntil(due)) return;
      const Timestamp now = runtime::Now();
      if (now - due > kMaxLag) line_start += now - due;
      if (auto status = Deliver(**next, {now, runtime::UtcNow()}, line_start); !status) {
        return End(status.error());
      }
    }
  }

  // A source's own times carry the cadence exactly; the thread's wake-up jitter must not reach
  // the encoder. So pts is the line's place, and captured_at what really happened.
  Status Deliver(const MediaSource::Due& due, const CaptureTime& now, Timestamp line_start) {
    const MediaTime pts = MediaTime::Zero() + (line_start - origin_) + (due.at - MediaTime::Zero());
    if (due.track == TrackKind::kVideo) {
      auto frame = source_->ReadVideo(now);
      if (!frame) return Forward(frame);
      frame->pts = pts;
      sink_->OnVideo(std::move(*frame));
      return {};
    }
    auto block = source_->ReadAudio(now);
    if (!block) return Forward(block);
    block->pts = pts;
    sink_->OnAudio(std::move(*block));
    return {};
  }

  // False when the source must stop.
  bool WaitUntil(Timestamp due) {
    std::unique_lock lock(mutex_);
    const auto until = std::chrono::steady_clock::time_point(std::chrono::microseconds(due.us()));
    return !wake_.wait_until(lock, until, [this] { return is_stopping_; });
  }

  void End(std::optional<Error> error) {
    {
      const std::lock_guard lock(mutex_);
      if (is_stopping_) return;
    }
    sink_->OnSourceEnd(std::move(error));
  }

  std::unique_ptr<MediaSource> source_;
  Timestamp origin_ = Timestamp::Zero();
  FrameSink* sink_ = nullptr;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool is_stopping_ = false;
  std::thread thread_;
};

}  // namespace

std::unique_ptr<LiveSource> MakePacedSource(std::unique_ptr<MediaSource> source) {
  return std::make_unique<PacedSource>(std::move(source));
}

}  // namespace onair
