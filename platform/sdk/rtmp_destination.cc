// SPDX-License-Identifier: Apache-2.0
#include <optional>
#include <utility>
#include <variant>

#include "core/session/publish.h"
#include "platform/runtime/clock.h"
#include "platform/runtime/mutex.h"
#include "platform/runtime/session_driver.h"
#include "platform/sdk/destination.h"
#include "platform/sdk/measured_transport.h"
#include "platform/sdk/segment_meter.h"
#include "transport/rtmp/publish_client.h"
#include "transport/rtmp/rtmp_url.h"

namespace onair {
namespace {

using session::Publish;

class RtmpDestination final : public Destination {
 public:
  RtmpDestination(runtime::Loop& loop, DestinationSetup setup, const rtmp::RtmpUrl& address,
                  std::string redacted)
      : setup_(std::move(setup)),
        seeds_(setup_.seed + setup_.index),
        session_(
            setup_.session, PathTo(address), [this](const std::string& to) { return FindPath(to); },
            Rng(seeds_.Next()), *setup_.trace),
        driver_(loop, setup_.streams, session_,
                [this](Publish::Event&& event, Timestamp now) { OnEvent(std::move(event), now); }) {
    if (setup_.controller) session_.SetController(std::move(setup_.controller));
    const runtime::MutexLock lock(mutex_);
    stats_.url = std::move(redacted);
  }

  void Start(Timestamp now) override {
    started_at_ = now;
    driver_.Do([](Publish& s, Timestamp at) { s.Start(at); });
  }
  void SetTracks(const StreamTracks& tracks, Timestamp) override {
    driver_.Do([&](Publish& s, Timestamp at) { s.SetTracks(tracks, at); });
  }
  void Push(const EncodedFrame& frame, Timestamp) override {
    driver_.Do([&](Publish& s, Timestamp at) { s.Push(frame, at); });
  }
  void HandleNetworkChanged(Timestamp) override {
    driver_.Do([](Publish& s, Timestamp at) { s.HandleNetworkChanged(at); });
  }
  void RefreshUrl(const std::string& url, Timestamp) override {
    driver_.Do([&](Publish& s, Timestamp at) { s.RefreshUrl(url, at); });
  }
  void Stop(TimeDelta flush_within, std::function<void()> on_stopped) override {
    driver_.Stop(flush_within, std::move(on_stopped));
  }

  void Sample(Timestamp) override {
    const PublishSessionStats session = session_.stats();
    const auto info = driver_.facts();
    const runtime::MutexLock lock(mutex_);
    stats_.session = session;
    if (info) segments_.Add(*info);
    stats_.segments = segments_.total();
    stats_.rtt_now = info ? info->rtt : std::nullopt;
    if (stats_.rtt_now) stats_.rtt.Add(*stats_.rtt_now);
  }
  DestinationStats stats() const override {
    const runtime::MutexLock lock(mutex_);
    return stats_;
  }

 private:
  Publish::Path PathTo(const rtmp::RtmpUrl& address) {
    return {address.endpoint,
            [this, address](Timestamp now) { return MakeTransport(address, now); }};
  }
  Result<Publish::Path> FindPath(const std::string& to) {
    auto url = ParseUrl(to);
    if (!url) return Forward(url);
    auto address = rtmp::ParseRtmpStreamUrl(*url);
    if (!address) return Forward(address);
    return PathTo(*address);
  }

  std::unique_ptr<PublishTransport> MakeTransport(const rtmp::RtmpUrl& address, Timestamp now) {
    rtmp::PublishClientConfig config;
    config.rates = {.video = setup_.video_rate, .audio = setup_.audio_rate};
    config.video = setup_.video_codec;
    config.hevc = setup_.session.hevc_rtmp;
    auto client = std::make_unique<rtmp::PublishClient>(address, config, Rng(seeds_.Next()),
                                                        *setup_.trace, now);
    return std::make_unique<MeasuredTransport>(std::move(client), [this](TimeDelta age) {
      const runtime::MutexLock lock(mutex_);
      stats_.send_delay.Add(age);
    });
  }

  void OnEvent(Publish::Event&& event, Timestamp now) {
    if (const auto* state = std::get_if<Publish::StateChanged>(&event)) {
      {
        const runtime::MutexLock lock(mutex_);
        stats_.session = session_.stats();  // Who hears of the change may ask at once.
        if (state->state == PublishState::kEnded) stats_.error = state->error;
      }
      setup_.reports.event(
          PublishStateEvent{setup_.index, state->state, state->error, state->retry_in});
    } else if (std::holds_alternative<Publish::KeyFrameWanted>(event)) {
      setup_.reports.key_frame_wanted();
    } else if (const auto* decided = std::get_if<Publish::RateDecided>(&event)) {
      // A kernel tells that it has room again at half of its limit.
      driver_.LimitKernelUnsent(decided->unsent_limit + decided->unsent_limit);
      {
        const runtime::MutexLock lock(mutex_);
        stats_.network_rate = decided->decision.target_rate;
      }
      setup_.reports.rate_decided(decided->decision);
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

  DestinationSetup setup_;
  Rng seeds_;
  Timestamp started_at_ = Timestamp::Zero();
  mutable runtime::Mutex mutex_;
  DestinationStats stats_ ONAIR_GUARDED_BY(mutex_);
  SegmentMeter segments_;
  Publish session_;
  runtime::SessionDriver<Publish> driver_;
};

std::string RedactKey(Url url) {
  const std::size_t slash = url.path.rfind('/');
  if (slash != std::string::npos && slash > 0) url.path = url.path.substr(0, slash) + "/<private>";
  return Redact(url);
}

}  // namespace

Result<std::unique_ptr<Destination>> MakeRtmpDestination(runtime::Loop& loop,
                                                         DestinationSetup setup) {
  auto url = ParseUrl(setup.url);
  if (!url) return Forward(url);
  auto address = rtmp::ParseRtmpStreamUrl(*url);
  if (!address) return Forward(address);
  // The stream key is a secret as a token is.
  return std::unique_ptr<Destination>(
      std::make_unique<RtmpDestination>(loop, std::move(setup), *address, RedactKey(*url)));
}

}  // namespace onair
