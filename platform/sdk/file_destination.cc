// SPDX-License-Identifier: Apache-2.0
#include <optional>
#include <utility>

#include "platform/devices/open_recorder.h"
#include "platform/sdk/destination.h"
#include "platform/sdk/recording.h"

namespace onair {
namespace {

constexpr std::string_view kScheme = "file:";

// A recording, seen from the net loop, which never waits for the disk.
class FileDestination final : public Destination {
 public:
  FileDestination(runtime::Loop& loop, DestinationSetup setup, std::unique_ptr<Recorder> recorder)
      : loop_(loop),
        setup_(std::move(setup)),
        recording_(std::make_shared<Recording>(std::move(recorder), setup_.url)),
        self_(std::make_shared<FileDestination*>(this)) {}
  ~FileDestination() override {
    loop_.Cancel(deadline_);
    recording_->Finish();
  }

  void Start(Timestamp now) override {
    // The thread may outlive both the loop and this.
    const auto on_end = [post = loop_.executor(),
                         self = std::weak_ptr(self_)](const std::optional<Error>& error) {
      post([self, error] {
        if (const auto here = self.lock()) (*here)->Ended(error);
      });
    };
    if (auto status = recording_->Start(now, on_end); !status) return Ended(status.error());
    is_running_ = true;
    setup_.reports.event(PublishStateEvent{setup_.index, PublishState::kLive, std::nullopt});
  }

  void SetTracks(const StreamTracks& tracks, Timestamp) override { tracks_due_ = tracks; }

  void Push(const EncodedFrame& frame, Timestamp) override {
    if (has_ended_) return;
    if (tracks_due_ && recording_->Push(*tracks_due_)) tracks_due_.reset();
    const bool is_video = frame.track() == TrackKind::kVideo;
    // After a lost picture nothing up to the next key frame would decode.
    if (frame.is_key()) awaits_key_ = false;
    if (tracks_due_ || (is_video && awaits_key_)) return recording_->CountDropped(frame.track());
    if (recording_->Push(frame) || !is_video) return;
    awaits_key_ = true;
    setup_.reports.key_frame_wanted();
  }

  void Stop(TimeDelta flush_within, std::function<void()> on_stopped) override {
    on_stopped_ = std::move(on_stopped);
    recording_->Finish();
    if (!is_running_ || has_ended_) return Ended(std::nullopt);
    deadline_ = loop_.PostAfter(flush_within, [this] {
      deadline_ = runtime::TimerId::kNone;
      Ended(recording_->Abandon());
    });
  }

  void Sample(Timestamp) override {}
  DestinationStats stats() const override { return recording_->stats(); }

 private:
  // On the net loop's thread: the file is closed, or waited for no longer. A second call is the
  // owner's Stop(), or a disk that came back.
  void Ended(const std::optional<Error>& error) {
    loop_.Cancel(std::exchange(deadline_, runtime::TimerId::kNone));
    if (!std::exchange(has_ended_, true)) {
      setup_.reports.event(PublishStateEvent{setup_.index, PublishState::kEnded, error});
    }
    if (on_stopped_) std::exchange(on_stopped_, nullptr)();
  }

  runtime::Loop& loop_;
  const DestinationSetup setup_;
  const std::shared_ptr<Recording> recording_;
  const std::shared_ptr<FileDestination*> self_;
  std::optional<StreamTracks> tracks_due_;
  std::function<void()> on_stopped_;
  runtime::TimerId deadline_ = runtime::TimerId::kNone;
  bool is_running_ = false;
  bool has_ended_ = false;
  bool awaits_key_ = false;
};

}  // namespace

Result<std::unique_ptr<Destination>> MakeFileDestination(runtime::Loop& loop,
                                                         DestinationSetup setup) {
  auto recorder = devices::OpenRecorder(setup.url.substr(kScheme.size()));
  if (!recorder) return Forward(recorder);
  return RecordWith(loop, std::move(setup), std::move(*recorder));
}

std::unique_ptr<Destination> RecordWith(runtime::Loop& loop, DestinationSetup setup,
                                        std::unique_ptr<Recorder> recorder) {
  return std::make_unique<FileDestination>(loop, std::move(setup), std::move(recorder));
}

}  // namespace onair
