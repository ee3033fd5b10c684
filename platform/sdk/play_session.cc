// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/play_session.h"

#include <type_traits>
#include <utility>

#include "core/session/realtime_play.h"
#include "platform/runtime/realtime_driver.h"
#include "platform/runtime/session_driver.h"
#include "platform/sdk/media_session.h"
#include "platform/sdk/play_path.h"
#include "platform/sdk/rts_client.h"

namespace onair {
namespace {

using session::Play;
using session::RealtimePlay;

runtime::ByteStreamConfig StreamsOf(const PlayerConfig& config) {
  runtime::ByteStreamConfig streams;
  streams.ca_file = config.tls.ca_file;
  streams.verify = config.tls.verify;
  if (config.names) streams.resolver = config.names->resolver();
  return streams;
}

// What every session machine and its driver have in common.
template <typename Session, typename Driver>
class DrivenPlay : public PlaySession {
 public:
  void Start() override {
    driver_->Do([](Session& s, Timestamp now) { s.Start(now); });
  }
  void StartBeside() override {
    driver_->Do([](Session& s, Timestamp now) { s.StartBeside(now); });
  }
  std::unique_ptr<session::PlayProgress> GiveUp() override {
    std::unique_ptr<session::PlayProgress> given;
    driver_->Do([&](Session& s, Timestamp now) { given = s.GiveUp(now); });
    return given;
  }
  void TakeOver(std::unique_ptr<session::PlayProgress> progress,
                session::HeldMedia media) override {
    driver_->Do(
        [&](Session& s, Timestamp now) { s.TakeOver(std::move(progress), std::move(media), now); });
  }
  bool is_over() const override {
    if constexpr (requires { session_->is_over(); }) return session_->is_over();
    return false;
  }
  void SetLeastDelay(TimeDelta least) override { session_->SetLeastDelay(least); }
  session::PlayoutPosition position() const override { return session_->position(runtime::Now()); }
  void HandleDecodeFailed() override {
    driver_->Do([](Session& s, Timestamp now) { s.HandleDecodeFailed(now); });
  }
  void HandleAudioLead(TimeDelta lead) override {
    driver_->Do([lead](Session& s, Timestamp now) { s.HandleAudioLead(lead, now); });
  }
  void Stop(TimeDelta flush_within, std::function<void()> on_stopped) override {
    driver_->Stop(flush_within, std::move(on_stopped));
  }
  PlaySessionStats stats() const override { return session_->stats(); }
  void SetHandler(Handler on_event) override {
    on_event_ = std::make_shared<Handler>(std::move(on_event));
  }
  runtime::ByteStreamStats stream_stats() const override { return driver_->stream_stats(); }

 protected:
  void Drive(runtime::Loop& loop, const PlayerConfig& config, std::unique_ptr<Session> session,
             Handler on_event) {
    session_ = std::move(session);
    SetHandler(std::move(on_event));
    driver_ = std::make_unique<Driver>(
        loop, StreamsOf(config), *session_, [this](typename Session::Event&& event, Timestamp) {
          const auto handler = on_event_;  // It may set another.
          std::visit(
              [&](auto& what) {
                // The others are for the driver, which never hands them on.
                if constexpr (std::is_constructible_v<Event, decltype(std::move(what))>) {
                  (*handler)(Event(std::move(what)));
                }
              },
              event);
        });
  }

  std::shared_ptr<Handler> on_event_;
  std::unique_ptr<Session> session_;
  std::unique_ptr<Driver> driver_;
};

class StreamPlay final : public DrivenPlay<Play, runtime::SessionDriver<Play>> {
 public:
  StreamPlay(runtime::Loop& loop, const PlayerConfig& config, Url url, TraceSink& trace,
             Handler on_event)
      : rng_(config.seed) {
    auto open = [this, &trace](const Url& to, Timestamp now) {
      return OpenPlayPath(to, rng_, trace, now);
    };
    Drive(loop, config,
          std::make_unique<Play>(config.session, std::move(url), std::move(open), Rng(rng_.Next()),
                                 trace),
          std::move(on_event));
  }
  ~StreamPlay() override {
    driver_.reset();
    session_.reset();  // Opens paths by what stands here.
  }

  void Prepare(PreloadTier depth, DataSize gop_size) override {
    driver_->Do([&](Play& s, Timestamp now) { s.Prepare(depth, gop_size, now); });
  }
  void LimitReceiveWindow(DataSize limit) override { driver_->LimitReceiveWindow(limit); }
  PreloadTier ready() const override { return session_->ready(); }
  DataSize held() const override { return session_->held(); }
  void HandleNetworkChanged(const std::optional<IpAddress>& from) override {
    driver_->Do([&](Play& s, Timestamp now) { s.HandleNetworkChanged(from, now); });
  }

 private:
  Rng rng_;
};

class RealtimePlayer final
    : public DrivenPlay<RealtimePlay, runtime::RealtimeDriver<RealtimePlay>> {
 public:
  RealtimePlayer(runtime::Loop& loop, const PlayerConfig& config, RtsClientMaker maker,
                 TraceSink& trace, Handler on_event) {
    auto make = [maker = std::move(maker),
                 &trace](Timestamp now) -> std::unique_ptr<RealtimeTransport> {
      auto client = maker.Make(now);
      if (client) return std::move(*client);
      trace.Decision(now, "play.client", "not made", client.error().detail);
      return nullptr;
    };
    Drive(loop, config,
          std::make_unique<RealtimePlay>(config.session, std::move(make), Rng(config.seed), trace),
          std::move(on_event));
  }

  void RequestKeyFrame() override {
    driver_->Do([](RealtimePlay& s, Timestamp now) { s.RequestKeyFrame(now); });
  }
  std::optional<RealtimeTransport::Arrivals> arrivals() const override {
    return session_->arrivals();
  }
  void HandleNetworkChanged(const std::optional<IpAddress>& from) override {
    driver_->Do([&](RealtimePlay& s, Timestamp now) { s.HandleNetworkChanged(from, now); });
  }
  void Stop(TimeDelta flush_within, std::function<void()> on_stopped) override {
    session_->LimitFarewell(flush_within);
    DrivenPlay::Stop(flush_within, std::move(on_stopped));
  }
};

// All that our decoders take. Servers choose what the stream has, so the order says little: what
// every server knows comes first.
std::vector<webrtc::VideoFormat> PlayableFormats() {
  using webrtc::H264Profile;
  std::vector<webrtc::VideoFormat> formats;
  for (const auto profile : {H264Profile::kConstrainedBaseline, H264Profile::kMain,
                             H264Profile::kConstrainedHigh, H264Profile::kHigh}) {
    formats.push_back({VideoCodec::kH264, {profile, 52}});
  }
  formats.push_back({VideoCodec::kH265, {}, 153});
  return formats;
}

}  // namespace

Status CheckPlayable(const std::string& text) {
  if (IsMediaPlay(text)) return {};
  auto url = ParseUrl(text);
  if (!url) return Forward(url);
  if (!webrtc::IsRtsUrl(*url)) return CheckPlayPath(*url);
  auto address = webrtc::ParseRtsUrl(*url, webrtc::SignallingRole::kPlay);
  if (!address) return Forward(address);
  return {};
}

Status CheckPreloadable(const std::string& text) {
  auto url = ParseUrl(text);
  if (!url) return Forward(url);
  if (webrtc::IsRtsUrl(*url)) return Fail(ErrorCode::kUnsupported, "preloading over WebRTC");
  return CheckPlayPath(*url);
}

Result<std::unique_ptr<PlaySession>> MakePlaySession(runtime::Loop& loop,
                                                     const PlayerConfig& config, TraceSink& trace,
                                                     PlaySession::Handler on_event) {
  if (IsMediaPlay(config.url)) return MakeMediaSession(loop, config, std::move(on_event));
  auto url = ParseUrl(config.url);
  if (!url) return Forward(url);
  if (!webrtc::IsRtsUrl(*url)) {
    return std::unique_ptr<PlaySession>(
        std::make_unique<StreamPlay>(loop, config, std::move(*url), trace, std::move(on_event)));
  }
  auto maker = RtsClientMaker::Make({.url = *url,
                                     .role = webrtc::SignallingRole::kPlay,
                                     .bearer = config.bearer_token,
                                     .ice_servers = config.ice_servers,
                                     .video_formats = PlayableFormats()});
  if (!maker) return Forward(maker);
  return std::unique_ptr<PlaySession>(std::make_unique<RealtimePlayer>(
      loop, config, std::move(*maker), trace, std::move(on_event)));
}

}  // namespace onair
