// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/destinations.h"

#include <algorithm>
#include <utility>

#include "platform/runtime/clock.h"
#include "platform/runtime/loop.h"
#include "platform/sdk/encoder_plan.h"
#include "platform/sdk/rtmp_session.h"
#include "transport/cc/registry.h"
#include "transport/qos/choice.h"

namespace onair {
namespace {

constexpr std::size_t kMost = 8;

Status Refuse(const char* field) {
  return Fail(ErrorCode::kInvalidConfig, field);
}

// The lower end of what a controller may ask for; at the upper end the rate stays.
DataRate LeastRate(const PublisherConfig& config) {
  return std::min(config.control.min_rate, config.video->rate);
}

cc::LineKind LineTo(const std::string& url) {
  return IsRealtime(url) ? cc::LineKind::kDatagrams : cc::LineKind::kTcp;
}

// What the policy says of the address; empty without one.
std::optional<QosChoice> AskPolicy(const PublisherConfig& config, const std::string& url,
                                   NetworkKind network) {
  if (config.qos == nullptr || !config.video || !HasNetwork(url)) return std::nullopt;
  return config.qos->Choose(
      {.session_id = config.session_id, .network = network, .line = LineTo(url)});
}

ControllerChoice ChooseController(const PublisherConfig& config, const std::string& url,
                                  const std::optional<QosChoice>& asked) {
  const DataRate rate = config.video->rate;
  const cc::ControllerConfig limits{
      .min_rate = LeastRate(config),
      .max_rate = rate,
      .start_rate = rate,
      .audio_rate = config.audio ? config.audio->rate : DataRate::Zero()};
  if (LeastRate(config) >= rate) return {"fixed", limits};
  const cc::ControllerConfig narrowed = asked ? qos::Narrowed(limits, *asked) : limits;
  if (asked && !asked->controller.empty()) return {asked->controller, narrowed, asked->parameters};
  if (!config.control.controller.empty()) return {config.control.controller, narrowed};
  return {std::string(IsRealtime(url) ? cc::kDefaultDatagramController : cc::kDefaultController),
          narrowed};
}

// Also what equal rates leave without work.
Status CheckNames(const PublisherConfig& config) {
  const std::string& url = config.urls.front();
  const ControllerChoice usual = ChooseController(config, url, std::nullopt);
  const std::string& named = config.control.controller;
  auto made = cc::MakeController(named.empty() ? usual.name : named, usual.limits);
  if (!made) return Forward(made);
  if (config.qos == nullptr) return {};
  constexpr std::size_t kMostId = 256;
  if (config.session_id.empty() || config.session_id.size() > kMostId) return Refuse("session_id");
  for (const std::string& to : config.urls) {
    const auto asked = AskPolicy(config, to, config.network);
    if (!asked) continue;
    auto chosen = qos::MakeController(*asked, usual.name, usual.limits);
    if (!chosen) return Fail(ErrorCode::kInvalidConfig, "qos: " + chosen.error().detail);
  }
  return {};
}

Status CheckControl(const PublisherConfig& config) {
  if (config.poor_network) {
    const TimeDelta after = config.poor_network->after;
    if (after < TimeDelta::Zero() || after > TimeDelta::Seconds(60)) {
      return Refuse("poor_network.after");
    }
  }
  if (auto status = config.control.Validate(); !status) return status;
  return config.video ? CheckNames(config) : Status{};
}

RateControl::Sizes SizesOf(const PublisherConfig& config) {
  const bool is_coded = config.encoded && config.encoded->tracks.video;
  const bool stay = is_coded || std::any_of(config.urls.begin(), config.urls.end(), KeepsOneSize);
  return stay ? RateControl::Sizes::kStay : RateControl::Sizes::kMayChange;
}

}  // namespace

Status Destinations::Check(const PublisherConfig& config) {
  if (config.urls.empty() || config.urls.size() > kMost) return Refuse("urls");
  for (const std::string& url : config.urls) {
    if (auto status = CheckDestination(url); !status) return status;
    if (IsRealtime(url) && !config.record_inputs.empty()) {
      return Fail(ErrorCode::kUnsupported, "record_inputs of a session over WebRTC");
    }
  }
  if (config.video) {
    if (auto status = config.video->Validate(); !status) return status;
  }
  return CheckControl(config);
}

std::optional<VideoTrack> Destinations::FirstVideoTrack(const Setup& setup) {
  if (setup.video != nullptr) return setup.video->track();
  return setup.config.encoded ? setup.config.encoded->tracks.video : std::nullopt;
}

Destinations::Destinations(Setup setup)
    : setup_(std::move(setup)),
      video_track_(FirstVideoTrack(setup_)),
      url_gate_(setup_.executor, [ask = setup_.config.refresh_url](
                                     const UrlCall& call) { ask(call.request, call.answer); }),
      poor_network_(setup_.config.poor_network ? setup_.config.poor_network->after
                                               : TimeDelta::Zero()) {
  if (const auto& video = setup_.config.video) {
    rate_control_.emplace(setup_.config.control,
                          control::EncoderLimits{video->rate, video->frame_rate, video->size},
                          SizesOf(setup_.config));
  }
  controllers_.resize(setup_.config.urls.size());
  const runtime::MutexLock lock(mutex_);
  qos_.resize(setup_.config.urls.size());
}

Status Destinations::Open() {
  for (std::size_t i = 0; i < setup_.config.urls.size(); ++i) {
    auto destination = MakeDestination(setup_.net, SetupOf(i));
    if (!destination) return Forward(destination);
    all_.push_back(std::move(*destination));
  }
  return {};
}

DestinationSetup Destinations::SetupOf(std::size_t i) {
  const PublisherConfig& config = setup_.config;
  DestinationSetup setup{.index = i,
                         .url = config.urls[i],
                         .bearer = config.bearer_token,
                         .ice_servers = config.ice_servers,
                         .session = config.session,
                         .streams = {},
                         .controller = {},
                         .record_inputs = {},
                         .seed = config.seed,
                         .trace = &setup_.trace,
                         .reports = {}};
  if (video_track_) setup.video_codec = video_track_->codec;
  if (config.video) setup.video_rate = config.video->rate;
  if (config.audio) setup.audio_rate = config.audio->rate;
  setup.streams.unsent_reports = runtime::UnsentReports::kPrompt;
  setup.streams.ca_file = config.tls.ca_file;
  setup.streams.verify = config.tls.verify;
  setup.reports.event = [this](PublishEvent event) { OnEvent(std::move(event)); };
  setup.reports.key_frame_wanted = [this] { RequestKeyFrame(); };
  setup.reports.rate_decided = [this, i](const cc::CongestionDecision& decision,
                                         Carriage carriage) {
    SetTarget(rate_control_->OnDecision(i, decision, carriage, runtime::Now()));
    ExpectLoss(i, decision.repair.expected_loss);
  };
  if (config.refresh_url) {
    setup.session.url_refresh = UrlRefresh::kBeforeAttempts;
    setup.reports.url_wanted = [this, i](UrlReason reason) { AskForUrl(i, reason); };
  }
  if (!HasNetwork(config.urls[i])) return setup;
  if (config.video) {
    const auto asked = AskPolicy(config, config.urls[i], config.network);
    setup.controller = ChooseController(config, config.urls[i], asked);
    controllers_[i] = setup.controller;
    if (asked) {
      const runtime::MutexLock lock(mutex_);
      qos_[i] = QosStats{.network = config.network, .choice = *asked};
      qos_[i]->choice.controller = setup.controller.name;
    }
  }
  if (!config.record_inputs.empty()) {
    // A file each: the second one's name ends in ".1".
    setup.record_inputs = config.record_inputs + (i == 0 ? "" : "." + std::to_string(i));
  }
  return setup;
}

// Sound is coded once for all: for the worst of their lines, and for no better than the app said.
void Destinations::ExpectLoss(std::size_t destination, double share) {
  if (setup_.audio == nullptr) return;
  losses_.resize(all_.size());
  losses_[destination] = share;
  const double least = setup_.config.audio->opus.expected_loss;
  setup_.audio->SetExpectedLoss(std::max(least, *std::max_element(losses_.begin(), losses_.end())));
}

std::vector<DestinationStats> Destinations::stats() const {
  std::vector<DestinationStats> stats;
  stats.reserve(all_.size());
  for (const auto& destination : all_) stats.push_back(destination->stats());
  const runtime::MutexLock lock(mutex_);
  for (std::size_t i = 0; i < stats.size(); ++i) stats[i].qos = qos_[i];
  return stats;
}

StreamTracks Destinations::TracksFor(std::size_t i) const {
  StreamTracks tracks{.video = video_track_, .audio = std::nullopt};
  const auto codec = SoundFor(setup_.config, setup_.config.urls[i]);
  for (const AudioTrack& sound : setup_.sounds) {
    if (sound.codec == codec) tracks.audio = sound;
  }
  return tracks;
}

void Destinations::Start(Timestamp now) {
  for (std::size_t i = 0; i < all_.size(); ++i) {
    TellChoice(i);
    all_[i]->SetTracks(TracksFor(i), now);
    all_[i]->Start(now);
  }
}

void Destinations::Deliver(const FrameHandoff::Item& item, Timestamp now) {
  if (item.new_track) video_track_ = item.new_track;
  for (std::size_t i = 0; i < all_.size(); ++i) {
    if (item.new_track) all_[i]->SetTracks(TracksFor(i), now);
    if (!item.sound || item.sound == SoundFor(setup_.config, setup_.config.urls[i])) {
      all_[i]->Push(item.frame, now);
    }
  }
}

void Destinations::HandleNetworkChanged(const std::optional<IpAddress>& from,
                                        std::optional<NetworkKind> kind, Timestamp now) {
  for (std::size_t i = 0; i < all_.size(); ++i) {
    // First: what decides on the new network is what was meant for it.
    if (kind) ChooseAgain(i, *kind, now);
    all_[i]->HandleNetworkChanged(from, now);
  }
}

void Destinations::ChooseAgain(std::size_t destination, NetworkKind network, Timestamp now) {
  const std::string& url = setup_.config.urls[destination];
  const auto asked = AskPolicy(setup_.config, url, network);
  if (!asked) return;
  ControllerChoice next = ChooseController(setup_.config, url, asked);
  const ControllerChoice& present = controllers_[destination];
  const bool is_other = next.name != present.name || next.parameters != present.parameters ||
                        next.limits.max_rate != present.limits.max_rate ||
                        (asked->start_rate && next.limits.start_rate != present.limits.start_rate);
  bool is_taken = false;
  if (is_other) {
    if (const auto rate = all_[destination]->stats().network_rate; rate && !asked->start_rate) {
      next.limits.start_rate = std::clamp(*rate, next.limits.min_rate, next.limits.max_rate);
    }
    auto made = MakeChosen(next);
    is_taken = made && all_[destination]->SetController(std::move(*made));
    setup_.trace.Decision(now, "qos.choice", is_taken ? "another controller" : "kept", next.name);
  }
  if (is_taken) controllers_[destination] = next;
  {
    const runtime::MutexLock lock(mutex_);
    QosStats& told = *qos_[destination];
    told.network = network;
    (is_taken ? told.changes : told.changes_kept) += is_other ? 1 : 0;
    if (is_taken || !is_other) {
      told.choice = *asked;
      told.choice.controller = next.name;
    }
  }
  TellChoice(destination);
}

void Destinations::TellChoice(std::size_t destination) {
  std::optional<QosStats> told;
  {
    const runtime::MutexLock lock(mutex_);
    told = qos_[destination];
  }
  if (told) setup_.on_event(QosChosenEvent{destination, told->network, std::move(told->choice)});
}

void Destinations::SetCap(const EncoderTarget& cap) {
  SetTarget(rate_control_->SetCap(cap));
}

void Destinations::SetTarget(const EncoderTarget& target) {
  if (setup_.video != nullptr) return setup_.video->SetTarget(target);
  const auto& encoded = setup_.config.encoded;
  if (encoded && encoded->on_target) encoded->on_target(target);
}

void Destinations::RequestKeyFrame() {
  if (setup_.video != nullptr) return setup_.video->RequestKeyFrame();
  const auto& encoded = setup_.config.encoded;
  if (encoded && encoded->on_key_frame_wanted) encoded->on_key_frame_wanted();
}

void Destinations::Sample(Timestamp now) {
  for (auto& destination : all_) destination->Sample(now);
  CoverIfPoor(now);
}

void Destinations::Stop(TimeDelta flush_within, std::function<void()> on_stopped) {
  stopping_count_ = all_.size();
  for (auto& destination : all_) {
    destination->Stop(flush_within, [this, d = destination.get(), on_stopped] {
      d->Sample(runtime::Now());
      if (--stopping_count_ == 0) on_stopped();
    });
  }
}

void Destinations::OnEvent(PublishEvent event) {
  const Timestamp now = runtime::Now();
  if (const auto* network = std::get_if<NetworkQualityEvent>(&event)) {
    poor_network_.OnQuality(network->destination, network->quality, now);
  }
  if (const auto* state = std::get_if<PublishStateEvent>(&event)) {
    poor_network_.OnState(state->destination, state->state, now);
    if (rate_control_ && HasNetwork(setup_.config.urls[state->destination])) {
      SetTarget(rate_control_->OnState(state->destination, state->state, now));
    }
  }
  setup_.on_event(std::move(event));
}

void Destinations::AskForUrl(std::size_t destination, UrlReason reason) {
  url_gate_.Emit(
      {{destination, reason}, [this, destination, on_net = setup_.net.executor()](auto url) {
         on_net([this, destination, url = std::move(url)] {
           all_[destination]->RefreshUrl(url, runtime::Now());
         });
       }});
}

void Destinations::CoverIfPoor(Timestamp now) {
  const auto& cover = setup_.config.poor_network;
  if (!cover || setup_.video == nullptr) return;
  const bool is_poor = poor_network_.IsPoorForLong(now);
  if (is_poor == std::exchange(is_covered_, is_poor)) return;
  setup_.trace.Decision(now, "publish.cover", is_poor ? "shown" : "taken away", "poor network");
  setup_.video->Cover(is_poor ? std::optional(cover->picture) : std::nullopt);
}

}  // namespace onair
