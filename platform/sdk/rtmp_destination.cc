// SPDX-License-Identifier: Apache-2.0
#include <optional>
#include <utility>
#include <variant>

#include "core/session/recorded_publish.h"
#include "platform/runtime/clock.h"
#include "platform/runtime/mutex.h"
#include "platform/runtime/session_driver.h"
#include "platform/sdk/destination.h"
#include "platform/sdk/input_log_file.h"
#include "platform/sdk/measured_transport.h"
#include "platform/sdk/segment_meter.h"

namespace onair {
namespace {

using session::Publish;
using session::RecordedPublish;

class RtmpDestination final : public Destination {
  using Driver = runtime::SessionDriver<RecordedPublish>;

 public:
  RtmpDestination(runtime::Loop& loop, DestinationSetup setup, std::string redacted)
      : setup_(std::move(setup)), loop_(loop) {
    const runtime::MutexLock lock(mutex_);
    stats_.url = std::move(redacted);
  }

  // Once, before everything else. kInvalidUrl, kInvalidConfig; kFileWrite of the input log.
  Status Open() {
    const RtmpSessionSetup what{.url = setup_.url,
                                .session = setup_.session,
                                .video = setup_.video_codec,
                                .video_rate = setup_.video_rate,
                                .audio_rate = setup_.audio_rate,
                                .controller = setup_.controller,
                                .seed = setup_.seed + setup_.index};
    auto session = RtmpSession::Make(what, *setup_.trace, [this](auto client) {
      return std::make_unique<MeasuredTransport>(std::move(client), [this](TimeDelta age) {
        const runtime::MutexLock lock(mutex_);
        stats_.send_delay.Add(age);
      });
    });
    if (!session) return Forward(session);
    session_ = std::move(*session);
    recorded_ = std::make_unique<RecordedPublish>(session_->publish());
    if (!setup_.record_inputs.empty()) {
      auto file = InputLogFile::Open(setup_.record_inputs);
      if (!file) return Forward(file);
      input_log_ = std::move(*file);
      recorded_->RecordTo([log = input_log_.get()](Bytes entry) { log->Append(std::move(entry)); },
                          Serialize(what));
    }
    driver_ = std::make_unique<Driver>(
        loop_, setup_.streams, *recorded_,
        [this](Publish::Event&& event, Timestamp now) { OnEvent(std::move(event), now); });
    return {};
  }

  void Start(Timestamp now) override {
    started_at_ = now;
    driver_->Do([](RecordedPublish& s, Timestamp at) { s.Start(at); });
  }
  void SetTracks(const StreamTracks& tracks, Timestamp) override {
    driver_->Do([&](RecordedPublish& s, Timestamp at) { s.SetTracks(tracks, at); });
  }
  void Push(const EncodedFrame& frame, Timestamp) override {
    driver_->Do([&](RecordedPublish& s, Timestamp at) { s.Push(frame, at); });
  }
  void HandleNetworkChanged(const std::optional<IpAddress>& from, Timestamp) override {
    driver_->Do([&](RecordedPublish& s, Timestamp at) { s.HandleNetworkChanged(from, at); });
  }
  bool SetController(std::unique_ptr<cc::Controller> controller) override {
    // A log knows the one that it began with.
    if (!setup_.record_inputs.empty()) return false;
    session_->publish().SetController(std::move(controller));
    return true;
  }
  void RefreshUrl(const std::string& url, Timestamp) override {
    driver_->Do([&](RecordedPublish& s, Timestamp at) { s.RefreshUrl(url, at); });
  }
  void Stop(TimeDelta flush_within, std::function<void()> on_stopped) override {
    driver_->Stop(flush_within, std::move(on_stopped));
  }

  void Sample(Timestamp) override {
    const PublishSessionStats session = session_->publish().stats();
    const auto info = driver_->facts();
    const runtime::MutexLock lock(mutex_);
    stats_.session = session;
    if (info) segments_.Add(*info);
    stats_.packets = segments_.total();
    stats_.rtt_now = info ? info->rtt : std::nullopt;
    if (stats_.rtt_now) stats_.rtt.Add(*stats_.rtt_now);
  }
  DestinationStats stats() const override {
    const runtime::MutexLock lock(mutex_);
    return stats_;
  }

 private:
  void CloseInputLog() ONAIR_REQUIRES(mutex_) {
    if (!input_log_) return;
    if (auto status = input_log_->Close(); !status) stats_.input_log_error = status.error();
  }

  void OnEvent(Publish::Event&& event, Timestamp now) {
    if (const auto* state = std::get_if<Publish::StateChanged>(&event)) {
      {
        const runtime::MutexLock lock(mutex_);
        stats_.session = session_->publish().stats();  // Who hears of the change may ask at once.
        if (state->state == PublishState::kEnded) {
          stats_.error = state->error;
          CloseInputLog();
        }
      }
      setup_.reports.event(
          PublishStateEvent{setup_.index, state->state, state->error, state->retry_in});
    } else if (const auto* failed = std::get_if<Publish::HandOverFailed>(&event)) {
      setup_.reports.event(HandOverFailedEvent{setup_.index, failed->error});
    } else if (std::holds_alternative<Publish::KeyFrameWanted>(event)) {
      setup_.reports.key_frame_wanted();
    } else if (const auto* decided = std::get_if<Publish::RateDecided>(&event)) {
      // A kernel tells that it has room again at half of its limit.
      driver_->LimitKernelUnsent(decided->unsent_limit + decided->unsent_limit);
      {
        const runtime::MutexLock lock(mutex_);
        stats_.network_rate = decided->decision.target_rate;
      }
      setup_.reports.rate_decided(decided->decision, decided->carriage);
    } else if (const auto* changed = std::get_if<Publish::NetworkQualityChanged>(&event)) {
      {
        const runtime::MutexLock lock(mutex_);
        stats_.network = changed->quality;
      }
      setup_.reports.event(NetworkQualityEvent{setup_.index, changed->quality, changed->trouble});
    } else if (const auto* rate = std::get_if<Publish::RateChanged>(&event)) {
      setup_.reports.event(RateChangedEvent{setup_.index, rate->video_rate, rate->cause});
    } else if (std::holds_alternative<Publish::FirstFrameSent>(event)) {
      setup_.reports.event(FirstFrameSentEvent{setup_.index, now - started_at_});
    } else if (const auto* wanted = std::get_if<Publish::WantsUrl>(&event)) {
      setup_.reports.url_wanted(wanted->why);
    } else if (const auto* dropped = std::get_if<Publish::FramesDropped>(&event)) {
      setup_.reports.event(FramesDroppedEvent{setup_.index, dropped->frames});
    }
  }

  const DestinationSetup setup_;
  runtime::Loop& loop_;
  Timestamp started_at_ = Timestamp::Zero();
  mutable runtime::Mutex mutex_;
  DestinationStats stats_ ONAIR_GUARDED_BY(mutex_);
  SegmentMeter segments_;
  // In the order in which they may go, backwards.
  std::unique_ptr<RtmpSession> session_;
  std::unique_ptr<InputLogFile> input_log_;
  std::unique_ptr<RecordedPublish> recorded_;
  std::unique_ptr<Driver> driver_;
};

}  // namespace

Result<std::unique_ptr<Destination>> MakeRtmpDestination(runtime::Loop& loop,
                                                         DestinationSetup setup) {
  auto url = ParseUrl(setup.url);
  if (!url) return Forward(url);
  auto destination = std::make_unique<RtmpDestination>(loop, std::move(setup), NameForPeople(*url));
  if (auto status = destination->Open(); !status) return Forward(status);
  return std::unique_ptr<Destination>(std::move(destination));
}

}  // namespace onair
