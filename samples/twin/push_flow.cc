// SPDX-License-Identifier: Apache-2.0
#include "samples/twin/push_flow.h"

#include <utility>

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

void PushFlow::Counts::Add(const Counts& o) {
  captured += o.captured;
  skipped += o.skipped;
  dropped += o.dropped;
  delivered += o.delivered;
  broken += o.broken;
  reconnects += o.reconnects;
  bytes_video += o.bytes_video;
  bytes_audio += o.bytes_audio;
  bytes_used += o.bytes_used;
  segments += o.segments;
  segments_again += o.segments_again;
  bytes_repair += o.bytes_repair;
  marks += o.marks;
  mark_echoes += o.mark_echoes;
  sounds += o.sounds;
  sounds_delivered += o.sounds_delivered;
  key_frames += o.key_frames;
}

PushFlow::PushFlow(twin::World& world, const Config& config, const Chance& chance, AudioCodec sound,
                   EventLog& log)
    : world_(world),
      config_(config),
      log_(log),
      chance_(chance),
      media_(world, twin::FakeEncoder(EncoderOf(config), chance.video),
             twin::FakeAudio(config.rates.audio, chance.audio, sound),
             [this](EncodedFrame frame, Timestamp) { OnFrame(std::move(frame)); }),
      allocator_(AllocatorOf(config.rates)),
      asked_(config.rates.start),
      freeze_(config.playout_delay) {}

std::unique_ptr<cc::Controller> PushFlow::MakeConfigured() const {
  return config_.make_controller({.min_rate = config_.rates.least,
                                  .max_rate = config_.rates.most,
                                  .start_rate = config_.rates.start,
                                  .audio_rate = config_.rates.audio});
}

void PushFlow::Start() {
  started_at_ = world_.now();
  is_running_ = true;
  StartSession();
}

void PushFlow::BeginMedia() {
  if (media_began_at_ || !is_running_) return;
  media_began_at_ = world_.now();
  if (!is_paused_) media_.Start();
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
  FinishFreeze();
  StopSession();
}

void PushFlow::Finish() {
  if (!is_running_) return;
  Observe();
  FinishFreeze();
}

// Pictures that are skipped to the end are missed as those that are lost are.
void PushFlow::FinishFreeze() {
  freeze_.Finish(is_paused_ ? last_capture_ : world_.now(), world_.now());
}

PushFlow::Counts PushFlow::counts() {
  Counts counts = counts_;
  counts.skipped = media_.pictures_skipped();
  counts.captured += counts.skipped;
  counts.broken = decoder_.broken();
  counts.bytes_used = counts.bytes_video + counts.bytes_audio;
  return counts;
}

DataRate PushFlow::target() const {
  return is_running() ? asked_ + config_.rates.audio : DataRate::Zero();
}

std::optional<TimeDelta> PushFlow::age() const {
  if (!newest_ || !is_running()) return std::nullopt;
  return world_.now() - *newest_;
}

void PushFlow::OnDecision(cc::CongestionDecision decision) {
  if (config_.share) decision.target_rate = config_.share(decision.target_rate);
  const EncoderTarget target = allocator_.OnDecision(0, decision, Carriage::kMoves, world_.now());
  asked_ = target.video_rate;
  media_.Apply(target);
  log_.Add(world_.now());
  log_.Add(static_cast<std::uint64_t>(target.video_rate.bps()));
  log_.Add(static_cast<std::uint64_t>(target.intake));
  if (config_.on_decided) config_.on_decided();
}

void PushFlow::OnState(PublishState state, const std::optional<Error>& why) {
  log_.Add(world_.now());
  log_.Add(static_cast<std::uint64_t>(state));
  if (state != PublishState::kEnded || !why) return;
  error_ = why;
  media_.Stop();
}

void PushFlow::OnFrame(EncodedFrame frame) {
  if (frame.track() == TrackKind::kVideo) {
    ++counts_.captured;
    counts_.key_frames += frame.is_key() ? 1 : 0;
    last_capture_ = world_.now();
    underway_.push_back({twin::FrameNumber(frame), world_.now()});
  } else {
    ++counts_.sounds;
  }
  Send(std::move(frame));
}

void PushFlow::OnDelivered(const EncodedFrame& frame) {
  if (!is_running_) return;
  const Timestamp now = world_.now();
  const auto bytes = static_cast<std::int64_t>(frame.payload.size());
  const bool is_sound = frame.kind == FrameKind::kAudio;
  const std::int64_t number = twin::FrameNumber(frame);
  log_.Add(now);
  log_.Add(static_cast<std::uint64_t>(frame.kind));
  log_.Add(static_cast<std::uint64_t>(number));
  log_.Add(frame.payload.size());
  if (is_sound) {
    counts_.bytes_audio += bytes;
    ++counts_.sounds_delivered;
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

}  // namespace onair::samples
