// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>
#include <variant>

#include "core/session/realtime_publish.h"
#include "platform/runtime/clock.h"
#include "platform/runtime/mutex.h"
#include "platform/runtime/realtime_driver.h"
#include "platform/sdk/destination.h"
#include "platform/sdk/measured_realtime.h"
#include "platform/sdk/rts_client.h"
#include "transport/cc/reception_rule.h"

namespace onair {
namespace {

using session::RealtimePublish;

// What is left of a farewell, after the server's word, for the stream that carried it to close.
constexpr TimeDelta kLastClose = TimeDelta::Millis(50);

constexpr TimeDelta kDropNewsInterval = TimeDelta::Seconds(1);

// What becomes of the pictures and packets of all its connections. On the net loop's thread.
class LineMeter {
 public:
  void OnPicture(const MeasuredRealtime::Given& given) {
    if (given.fate == MeasuredRealtime::Given::Fate::kDropped) {
      ++dropped_;
    } else {
      send_delay_.Add(given.since_capture + given.queue);
    }
    queue_ = given.queue;
    queue_max_ = std::max(queue_max_, queue_);
    rtt_now_ = given.rtt;
  }
  void OnFeedback(const cc::FeedbackReport& report) {
    if (!packets_) packets_.emplace();
    packets_->sent += static_cast<std::int64_t>(report.packets.size());
    packets_->lost += std::count_if(report.packets.begin(), report.packets.end(),
                                    [](const cc::PacketFate& p) { return !p.arrived_at; });
  }
  void Sample() {
    if (rtt_now_) rtt_.Add(*rtt_now_);
  }
  void AddTo(DestinationStats& stats) const {
    stats.send_delay = send_delay_;
    stats.rtt = rtt_;
    stats.rtt_now = rtt_now_;
    stats.packets = packets_;
    // What the pacer has no room for the session takes for sent.
    stats.session.frames_sent -= dropped_;
    stats.session.frames_dropped += dropped_;
    stats.session.queue_span = queue_;
    stats.session.queue_span_max = queue_max_;
  }
  std::int64_t dropped() const { return dropped_; }

 private:
  Percentiles send_delay_;
  Percentiles rtt_;
  std::optional<TimeDelta> rtt_now_;
  std::optional<PacketCounts> packets_;
  std::int64_t dropped_ = 0;
  TimeDelta queue_ = TimeDelta::Zero();
  TimeDelta queue_max_ = TimeDelta::Zero();
};

class RtsDestination final : public Destination {
  using Driver = runtime::RealtimeDriver<RealtimePublish>;

 public:
  RtsDestination(runtime::Loop& loop, DestinationSetup setup, RtsClientMaker maker, const Url& url)
      : setup_(std::move(setup)), maker_(std::move(maker)), loop_(loop) {
    const runtime::MutexLock lock(mutex_);
    stats_.url = NameForPeople(url);
  }

  // Once, before everything else. kInvalidConfig.
  Status Open() {
    session_ = std::make_unique<RealtimePublish>(
        setup_.session, [this](Timestamp now) { return MakeTransport(now); },
        Rng(setup_.seed + setup_.index), *setup_.trace);
    auto controller = MakeChosen(setup_.controller);
    if (!controller) return Forward(controller);
    if (*controller) session_->SetController(std::move(*controller));
    // Who chose a rate for ever keeps it at peers of every kind.
    const bool follows = !setup_.controller.name.empty() && setup_.controller.name != "fixed";
    if (follows) {
      session_->SetReceptionController(
          std::make_unique<cc::ReceptionRule>(setup_.controller.limits));
    }
    driver_ = std::make_unique<Driver>(
        loop_, setup_.streams, *session_,
        [this](RealtimePublish::Event&& event, Timestamp now) { OnEvent(std::move(event), now); });
    return {};
  }

  void Start(Timestamp now) override {
    started_at_ = now;
    driver_->Do([](RealtimePublish& s, Timestamp at) { s.Start(at); });
  }
  void SetTracks(const StreamTracks& tracks, Timestamp) override {
    driver_->Do([&](RealtimePublish& s, Timestamp at) { s.SetTracks(tracks, at); });
  }
  void Push(const EncodedFrame& frame, Timestamp) override {
    driver_->Do([&](RealtimePublish& s, Timestamp at) { s.Push(frame, at); });
  }
  void HandleNetworkChanged(const std::optional<IpAddress>& from, Timestamp) override {
    driver_->Do([&](RealtimePublish& s, Timestamp at) { s.HandleNetworkChanged(from, at); });
  }
  bool SetController(std::unique_ptr<cc::Controller> controller) override {
    session_->SetController(std::move(controller));
    return true;
  }
  void Stop(TimeDelta flush_within, std::function<void()> on_stopped) override {
    session_->LimitFarewell(std::max(flush_within - kLastClose, TimeDelta::Zero()));
    driver_->Stop(kLastClose, std::move(on_stopped));
  }

  void Sample(Timestamp now) override {
    line_.Sample();
    Refresh();
    const std::int64_t dropped = line_.dropped() - drops_told_;
    if (dropped == 0 || now < drops_told_at_ + kDropNewsInterval) return;
    drops_told_ += dropped;
    drops_told_at_ = now;
    setup_.reports.event(FramesDroppedEvent{setup_.index, dropped});
  }
  DestinationStats stats() const override {
    const runtime::MutexLock lock(mutex_);
    return stats_;
  }

 private:
  std::unique_ptr<RealtimeTransport> MakeTransport(Timestamp now) {
    auto client = maker_.Make(now);
    if (!client) {
      setup_.trace->Decision(now, "publish.client", "not made", client.error().detail);
      return nullptr;
    }
    return std::make_unique<MeasuredRealtime>(
        std::move(*client),
        MeasuredRealtime::Listener{.on_picture = [this](const auto& g) { line_.OnPicture(g); },
                                   .on_feedback = [this](const auto& r) { line_.OnFeedback(r); }});
  }

  void Refresh() {
    const runtime::MutexLock lock(mutex_);
    stats_.session = session_->stats();
    line_.AddTo(stats_);
  }

  void OnEvent(RealtimePublish::Event&& event, Timestamp now) {
    if (const auto* state = std::get_if<RealtimePublish::StateChanged>(&event)) {
      OnState(*state);
    } else if (std::holds_alternative<RealtimePublish::KeyFrameWanted>(event)) {
      setup_.reports.key_frame_wanted();
    } else if (const auto* decided = std::get_if<RealtimePublish::RateDecided>(&event)) {
      {
        const runtime::MutexLock lock(mutex_);
        stats_.network_rate = decided->decision.target_rate;
      }
      setup_.reports.rate_decided(decided->decision, decided->carriage);
    } else if (const auto* changed = std::get_if<RealtimePublish::NetworkQualityChanged>(&event)) {
      {
        const runtime::MutexLock lock(mutex_);
        stats_.network = changed->quality;
      }
      setup_.reports.event(NetworkQualityEvent{setup_.index, changed->quality, changed->trouble});
    } else if (const auto* rate = std::get_if<RealtimePublish::RateChanged>(&event)) {
      setup_.reports.event(RateChangedEvent{setup_.index, rate->video_rate, rate->cause});
    } else if (const auto* failed = std::get_if<RealtimePublish::HandOverFailed>(&event)) {
      setup_.reports.event(HandOverFailedEvent{setup_.index, failed->error});
    } else if (std::holds_alternative<RealtimePublish::AudioRefused>(event)) {
      setup_.reports.event(AudioRefusedEvent{setup_.index});
    } else if (std::holds_alternative<RealtimePublish::FirstFrameSent>(event)) {
      setup_.reports.event(FirstFrameSentEvent{setup_.index, now - started_at_});
    }
  }
  void OnState(const RealtimePublish::StateChanged& state) {
    Refresh();  // Who hears of the change may ask at once.
    if (state.state == PublishState::kEnded) {
      const runtime::MutexLock lock(mutex_);
      stats_.error = state.error;
    }
    setup_.reports.event(PublishStateEvent{setup_.index, state.state, state.error, state.retry_in});
  }

  const DestinationSetup setup_;
  const RtsClientMaker maker_;
  runtime::Loop& loop_;
  Timestamp started_at_ = Timestamp::Zero();
  LineMeter line_;
  std::int64_t drops_told_ = 0;
  Timestamp drops_told_at_ = Timestamp::MinusInfinity();

  mutable runtime::Mutex mutex_;
  DestinationStats stats_ ONAIR_GUARDED_BY(mutex_);

  // In the order in which they may go, backwards.
  std::unique_ptr<RealtimePublish> session_;
  std::unique_ptr<Driver> driver_;
};

}  // namespace

Result<std::unique_ptr<Destination>> MakeRtsDestination(runtime::Loop& loop,
                                                        DestinationSetup setup) {
  auto url = ParseUrl(setup.url);
  if (!url) return Forward(url);
  auto maker = RtsClientMaker::Make({.url = *url,
                                     .role = webrtc::SignallingRole::kPublish,
                                     .bearer = setup.bearer,
                                     .ice_servers = setup.ice_servers,
                                     .audio_rate = setup.audio_rate});
  if (!maker) return Forward(maker);
  auto destination =
      std::make_unique<RtsDestination>(loop, std::move(setup), std::move(*maker), *url);
  if (auto status = destination->Open(); !status) return Forward(status);
  return std::unique_ptr<Destination>(std::move(destination));
}

}  // namespace onair
