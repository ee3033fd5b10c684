// SPDX-License-Identifier: Apache-2.0
#include "samples/twin/push_flow.h"

#include <utility>

#include "core/machine/trace.h"
#include "samples/twin/tapped_transport.h"
#include "transport/rtmp/publish_client.h"

namespace onair::samples {
namespace {

constexpr double kFrameRate = 30;

// Source: transport facts: key frames 6 times the mean, sizes +-20 %, encoder lag 33 ms.
twin::FakeEncoderConfig EncoderOf(const PushFlow::Config& config) {
  return {.rate = config.rates.start,
          .frame_rate = kFrameRate,
          .gop = TimeDelta::Seconds(2),
          .key_factor = 6,
          .noise = 0.2,
          .wander = config.wander,
          .reaction = TimeDelta::Millis(33)};
}

control::RateAllocator AllocatorOf(const PushRates& rates) {
  ControlConfig config;
  config.min_rate = rates.least;
  return {config, {.rate = rates.most, .frame_rate = kFrameRate}};
}

}  // namespace

PushFlow::PushFlow(twin::World& world, twin::SharedNetwork& network, const Config& config,
                   EventLog& log)
    : world_(world),
      config_(config),
      log_(log),
      url_(*rtmp::ParseRtmpUrl(*ParseUrl("rtmp://live.example/app/key"))),
      client_rng_(world.ForkRng()),
      server_rng_(world.ForkRng()),
      video_rng_(world.ForkRng()),
      audio_rng_(world.ForkRng()),
      allocator_(AllocatorOf(config.rates)),
      asked_(config.rates.start),
      session_(MakeSession()),
      net_(world, session_, MakeNet(network)),
      media_(world, twin::FakeEncoder(EncoderOf(config), video_rng_),
             twin::FakeAudio(config.rates.audio, audio_rng_),
             [this](EncodedFrame frame, Timestamp) { OnPicture(std::move(frame)); }),
      freeze_(config.playout_delay) {
  session_.SetController(config.make_controller({.min_rate = config.rates.least,
                                                 .max_rate = config.rates.most,
                                                 .start_rate = config.rates.start,
                                                 .audio_rate = config.rates.audio}));
}

session::Publish PushFlow::MakeSession() {
  const auto make_transport = [this](Timestamp now) {
    auto client = std::make_unique<rtmp::PublishClient>(url_, rtmp::PublishClientConfig{},
                                                        Rng(client_rng_.Next()), NullTrace(), now);
    return std::make_unique<TappedTransport>(
        std::move(client), [this](FrameKind kind, Timestamp captured_at, Timestamp at) {
          if (kind != FrameKind::kAudio) send_delays_ms_.Add((at - captured_at).ms_f());
        });
  };
  return {PublishSessionConfig{},
          {url_.endpoint, make_transport},
          nullptr,
          world_.ForkRng(),
          NullTrace()};
}

twin::SessionWorld<session::Publish>::Config PushFlow::MakeNet(twin::SharedNetwork& network) {
  const auto unused =
      twin::StreamLink::Symmetric(twin::RateSchedule::Unlimited(), TimeDelta::Millis(1));
  return {.link = unused,
          .peer = [this](const Endpoint&) { return Meet(); },
          .on_event = [this](session::Publish::Event& event, Timestamp) { OnSession(event); },
          .connect = {},
          .network = &network,
          .tcp = config_.tcp};
}

void PushFlow::Start() {
  started_at_ = world_.now();
  is_running_ = true;
  net_.Do([this](session::Publish& s, Timestamp now) {
    s.SetTracks(media_.tracks(), now);
    s.Start(now);
  });
  media_.Start();
}

void PushFlow::Pause() {
  is_paused_ = true;
  paused_at_ = world_.now();
  media_.Stop();
}

void PushFlow::Resume() {
  is_paused_ = false;
  freeze_.Excuse(paused_at_, world_.now());
  media_.Resume();
}

void PushFlow::Stop() {
  if (!std::exchange(is_running_, false)) return;
  media_.Stop();
  Observe();
  freeze_.Finish(last_capture_, world_.now());
  net_.Do([](session::Publish& s, Timestamp now) { s.Stop(now); });
}

void PushFlow::Finish() {
  if (!is_running_) return;
  Observe();
  freeze_.Finish(last_capture_, world_.now());
}

PushFlow::Counts PushFlow::counts() {
  const PublishSessionStats stats = session_.stats();
  Counts counts = counts_;
  counts.skipped = media_.pictures_skipped();
  counts.captured += counts.skipped;
  counts.dropped = stats.frames_dropped;
  counts.reconnects = stats.reconnects;
  counts.broken = decoder_.broken();
  counts.segments = earlier_.sent + present_.sent;
  counts.segments_again = earlier_.again + present_.again;
  counts.marks = earlier_.marks + present_.marks;
  counts.mark_echoes = earlier_.mark_echoes + present_.mark_echoes;
  return counts;
}

DataRate PushFlow::target() const {
  return is_running() ? asked_ + config_.rates.audio : DataRate::Zero();
}

DataSize PushFlow::backlog() {
  return session_.stats().queue_size + net_.unsent();
}

DataSize PushFlow::on_wire() {
  return session_.stats().bytes_sent - net_.unsent();
}

std::optional<TimeDelta> PushFlow::age() const {
  if (!newest_ || !is_running()) return std::nullopt;
  return world_.now() - *newest_;
}

twin::Answer PushFlow::Meet() {
  const int meeting = ++meetings_;
  auto server =
      std::make_unique<Server>(rtmp::ServerSessionConfig{}, Rng(server_rng_.Next()), world_.now());
  return std::make_unique<twin::MachinePeer<Server>>(
      std::move(server),
      [this, meeting](auto& peer, Server::Event& event) { OnServer(peer, event, meeting); });
}

void PushFlow::OnSession(session::Publish::Event& event) {
  using Session = session::Publish;
  if (std::holds_alternative<Session::KeyFrameWanted>(event)) {
    media_.video().RequestKeyFrame();
  } else if (const auto* decided = std::get_if<Session::RateDecided>(&event)) {
    cc::CongestionDecision decision = decided->decision;
    if (config_.share) decision.target_rate = config_.share(decision.target_rate);
    const EncoderTarget target = allocator_.OnDecision(0, decision, world_.now());
    asked_ = target.video_rate;
    media_.Apply(target);
    log_.Add(world_.now());
    log_.Add(static_cast<std::uint64_t>(target.video_rate.bps()));
    log_.Add(static_cast<std::uint64_t>(target.intake));
  } else if (const auto* changed = std::get_if<Session::StateChanged>(&event)) {
    log_.Add(world_.now());
    log_.Add(static_cast<std::uint64_t>(changed->state));
    if (changed->state != PublishState::kEnded || !changed->error) return;
    error_ = changed->error;
    media_.Stop();
  }
}

void PushFlow::OnServer(twin::MachinePeer<Server>& peer, Server::Event& event, int meeting) {
  if (std::holds_alternative<Server::PublishRequested>(event)) {
    publisher_ = meeting;
    peer.Do([](Server& s, Timestamp now) { s.AcceptPublish(now); });
  } else if (const auto* frame = std::get_if<EncodedFrame>(&event)) {
    // Who publishes takes the stream over: what the connection before still brings is void.
    if (is_running_ && meeting == publisher_) OnDelivered(*frame);
  } else if (std::holds_alternative<Server::Closed>(event)) {
    peer.Finish();
  }
}

void PushFlow::OnPicture(EncodedFrame frame) {
  if (frame.track() == TrackKind::kVideo) {
    ++counts_.captured;
    last_capture_ = world_.now();
    underway_.push_back({twin::FrameNumber(frame), world_.now()});
  }
  net_.Do([&](session::Publish& s, Timestamp now) { s.Push(std::move(frame), now); });
}

void PushFlow::OnDelivered(const EncodedFrame& frame) {
  const Timestamp now = world_.now();
  const std::int64_t number = twin::FrameNumber(frame);
  log_.Add(now);
  log_.Add(static_cast<std::uint64_t>(frame.kind));
  log_.Add(static_cast<std::uint64_t>(number));
  log_.Add(frame.payload.size());
  const auto bytes = static_cast<std::int64_t>(frame.payload.size());
  if (frame.kind == FrameKind::kAudio) {
    counts_.bytes_audio += bytes;
    return;
  }
  counts_.bytes_video += bytes;
  ++counts_.delivered;
  while (!underway_.empty() && underway_.front().number < number) underway_.pop_front();
  const bool is_decoded = decoder_.Take(frame);
  if (underway_.empty() || underway_.front().number != number || !is_decoded) return;
  const Timestamp captured_at = underway_.front().at;
  newest_ = captured_at;
  if (!first_picture_) first_picture_ = now - started_at_;
  frame_delays_ms_.Add((now - captured_at).ms_f());
  freeze_.Take(captured_at, now);
}

void PushFlow::Observe() {
  twin::Connection* connection = net_.connection();
  if (connection == nullptr) return;
  if (connection_ != net_.connections()) {
    connection_ = net_.connections();
    earlier_ = {earlier_.sent + present_.sent, earlier_.again + present_.again,
                earlier_.marks + present_.marks, earlier_.mark_echoes + present_.mark_echoes};
  }
  const auto client = connection->client().tcp_info();
  const auto server = connection->server().tcp_info();
  if (client && server) {
    present_ = {client->segments_sent, client->segments_retransmitted, server->marks,
                client->mark_echoes};
  }
}

}  // namespace onair::samples
