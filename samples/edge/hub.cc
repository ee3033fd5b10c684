// SPDX-License-Identifier: Apache-2.0
#include "samples/edge/hub.h"

#include <algorithm>
#include <utility>

#include "core/base/check.h"
#include "platform/runtime/clock.h"

namespace onair::edge {

class Hub::Channel {
 public:
  Channel(std::string n, relay::LiveStream& l) : name(std::move(n)), live(l) {}

  const std::string name;
  relay::LiveStream& live;
  StreamTracks tracks;
  Publisher* publisher = nullptr;
  Publisher* successor = nullptr;  // Accepted; waits for its first key frame.
  StreamTracks successor_tracks;
  std::vector<Viewer*> viewers;
  runtime::TimerId grace_timer = runtime::TimerId::kNone;
  bool is_dirty = false;
  bool has_tags = false;                 // FLV tags lie beside the frames.
  DataSize measured = DataSize::Zero();  // bytes_in at measured_at.
  Timestamp measured_at = Timestamp::MinusInfinity();
  DataRate rate_in = DataRate::Zero();
};

namespace {

// Media that may come before memory is measured again, as a part of the limit.
constexpr std::int64_t kMeasuredParts = 64;

bool MayTakeOver(const EdgeConfig& config) {
  if (config.takeover == Takeover::kSameKey) return !config.publish_key.empty();
  return config.takeover == Takeover::kAlways;
}

// What a publisher's media begins with.
bool IsFirst(const EncodedFrame& frame, const StreamTracks& tracks) {
  return tracks.video ? frame.is_key() : frame.track() == TrackKind::kAudio;
}

void AddMedia(EdgeStats& totals, const relay::StreamStats& stream) {
  totals.frames_in += stream.video_frames_in + stream.audio_frames_in;
  totals.frames_out += stream.frames_out;
  totals.frames_dropped += stream.frames_dropped;
  totals.jumps += stream.jumps;
  totals.bytes_in += stream.bytes_in;
  totals.bytes_out += stream.bytes_out;
}

}  // namespace

Hub::Hub(runtime::Loop& loop, const EdgeConfig& config, std::function<DataSize()> connections_hold)
    : loop_(loop),
      grace_(config.publisher_grace),
      lost_grace_(std::max(config.publisher_grace, config.lost_publisher_grace)),
      may_take_over_(MayTakeOver(config)),
      max_memory_(config.max_memory),
      connections_hold_(std::move(connections_hold)),
      directory_(config.streams) {}

Hub::~Hub() {
  loop_.Cancel(pump_timer_);
  for (const auto& [name, channel] : channels_) loop_.Cancel(channel->grace_timer);
}

Result<Hub::Channel*> Hub::Publish(const std::string& name, Publisher& by, Timestamp now) {
  const auto present = channels_.find(name);
  if (may_take_over_ && present != channels_.end() && present->second->publisher != nullptr) {
    SetSuccessor(*present->second, by, now);
    return present->second.get();
  }
  // One that comes back to its viewers is no new one.
  if (const auto room = CheckRoom(); !room && !channels_.contains(name)) {
    ++totals_.publishers_refused;
    ++totals_.memory_refused;
    return Forward(room);
  }
  auto live = directory_.Publish(name, now);
  if (!live) {
    ++totals_.publishers_refused;
    return Forward(live);
  }
  auto& channel = channels_[name];
  if (!channel) channel = std::make_unique<Channel>(name, **live);
  loop_.Cancel(std::exchange(channel->grace_timer, runtime::TimerId::kNone));
  channel->publisher = &by;
  ++totals_.publishers_total;
  return channel.get();
}

void Hub::SetSuccessor(Channel& channel, Publisher& by, Timestamp now) {
  Publisher* const older = std::exchange(channel.successor, &by);
  channel.successor_tracks = {};
  ++totals_.publishers_total;
  if (older != nullptr) older->TakenOver(now);
}

// Viewers notice nothing but a key frame.
void Hub::Succeed(Channel& channel, Timestamp now) {
  Publisher* const older = std::exchange(channel.publisher, channel.successor);
  channel.successor = nullptr;
  channel.live.TakeOver(now);
  channel.tracks = channel.successor_tracks;
  channel.live.SetTracks(channel.tracks, now);
  ++totals_.takeovers;
  older->TakenOver(now);
}

void Hub::SetTracks(Channel& channel, const Publisher& by, const StreamTracks& tracks,
                    Timestamp now) {
  if (channel.successor == &by) channel.successor_tracks = tracks;
  if (channel.publisher != &by) return;
  channel.tracks = tracks;
  channel.live.SetTracks(tracks, now);
}

void Hub::Push(Channel& channel, const Publisher& by, EncodedFrame frame, Timestamp now) {
  if (channel.successor == &by && IsFirst(frame, channel.successor_tracks)) Succeed(channel, now);
  if (channel.publisher != &by) return;
  came_ += DataSize::Bytes(static_cast<std::int64_t>(frame.payload.size()));
  channel.live.Push(std::move(frame), now);
  MarkDirty(channel);
  // Between the measurements of each second, so that no burst passes the limit unseen.
  if (came_ > DataSize::Bytes(max_memory_.bytes() / kMeasuredParts)) KeepWithinMemory();
}

void Hub::Unpublish(Channel& channel, const Publisher& by, PublishEnd how, Timestamp now) {
  if (channel.successor == &by) {
    channel.successor = nullptr;
    return;
  }
  if (channel.publisher != &by) return;
  channel.publisher = std::exchange(channel.successor, nullptr);
  if (channel.publisher != nullptr) {  // Viewers wait for its key frame.
    channel.live.TakeOver(now);
    ++totals_.takeovers;
    const StreamTracks tracks = channel.successor_tracks;
    if (tracks.video || tracks.audio) SetTracks(channel, *channel.publisher, tracks, now);
    return;
  }
  channel.live.EndPublish(now);
  channel.rate_in = DataRate::Zero();
  if (channel.viewers.empty()) return ReleaseIfUnused(channel);
  const TimeDelta grace = how == PublishEnd::kLost ? lost_grace_ : grace_;
  channel.grace_timer = loop_.PostAfter(grace, [this, &channel] {
    channel.grace_timer = runtime::TimerId::kNone;
    EndChannel(channel);
  });
}

Result<Hub::Seat> Hub::Watch(const std::string& name, ViewerKind kind, Viewer& viewer,
                             Timestamp now) {
  const auto found = channels_.find(name);
  if (found == channels_.end()) {
    ++totals_.viewers_refused;
    return Fail(ErrorCode::kStreamNotFound, name);
  }
  if (const auto room = CheckRoom(); !room) {
    ++totals_.viewers_refused;
    ++totals_.memory_refused;
    return Forward(room);
  }
  Channel& channel = *found->second;
  const auto id = channel.live.AddViewer(relay::StartPolicy::kNewestKeyFrame, now);
  if (!id) {
    ++totals_.viewers_refused;
    return Forward(id);
  }
  channel.viewers.push_back(&viewer);
  channel.has_tags = channel.has_tags || kind == ViewerKind::kFlv;
  (kind == ViewerKind::kRtmp ? totals_.viewers_rtmp : totals_.viewers_flv) += 1;
  ++totals_.viewers_total;
  totals_.viewers_max = std::max(totals_.viewers_max, totals_.viewers_rtmp + totals_.viewers_flv);
  MarkDirty(channel);
  return Seat{&channel, *id, kind};
}

void Hub::Leave(const Seat& seat, const Viewer& viewer) {
  Channel& channel = *seat.channel;
  (seat.kind == ViewerKind::kRtmp ? totals_.viewers_rtmp : totals_.viewers_flv) -= 1;
  channel.live.RemoveViewer(seat.id);
  std::erase(channel.viewers, &viewer);
  ReleaseIfUnused(channel);
}

relay::Taken Hub::Next(const Seat& seat, Timestamp now) {
  return seat.channel->live.Next(seat.id, now);
}

void Hub::Measure(Timestamp now) {
  MeasureRates(now);
  KeepWithinMemory();
}

void Hub::MeasureMemory() {
  came_ = DataSize::Zero();
  memory_ = connections_hold_();
  for (const auto& [name, channel] : channels_) {
    const relay::StreamStats stats = channel->live.stats();
    memory_ += stats.held + DataSize::Bytes(relay::kEntryCharge.bytes() * stats.held_frames);
    if (channel->has_tags) memory_ += stats.held;
  }
}

void Hub::KeepWithinMemory() {
  MeasureMemory();
  for (const Which which : {Which::kUnwatched, Which::kAll}) {
    if (memory_ < max_memory_) return;
    DropCaches(which);
    MeasureMemory();
  }
}

void Hub::DropCaches(Which which) {
  for (const auto& [name, channel] : channels_) {
    if (which == Which::kUnwatched && !channel->viewers.empty()) continue;
    const std::int64_t before = channel->live.stats().held_frames;
    channel->live.DropCache();
    if (channel->live.stats().held_frames < before) ++totals_.caches_dropped;
  }
}

Status Hub::CheckRoom() {
  KeepWithinMemory();
  if (memory_ < max_memory_) return {};
  return Fail(ErrorCode::kLimit, "no memory left for more");
}

void Hub::MeasureRates(Timestamp now) {
  for (const auto& [name, channel] : channels_) {
    const DataSize bytes = channel->live.stats().bytes_in;
    if (channel->measured_at.is_finite()) {
      channel->rate_in = (bytes - channel->measured) / (now - channel->measured_at);
    }
    channel->measured = bytes;
    channel->measured_at = now;
  }
}

void Hub::AddTo(EdgeStats& stats) const {
  const PortStats rtmp = stats.rtmp;
  const PortStats http = stats.http;
  stats = totals_;
  stats.rtmp = rtmp;
  stats.http = http;
  stats.memory = memory_;
  stats.memory_limit = max_memory_;
  stats.streams = static_cast<std::int64_t>(channels_.size());
  for (const auto& [name, channel] : channels_) {
    AddMedia(stats, channel->live.stats());
    stats.publishers += channel->live.is_publishing() ? 1 : 0;
  }
}

std::vector<StreamSnapshot> Hub::Streams() const {
  std::vector<StreamSnapshot> out;
  for (const auto& [name, channel] : channels_) {
    out.push_back({name, channel->tracks, channel->live.stats(), channel->rate_in});
  }
  return out;
}

void Hub::MarkDirty(Channel& channel) {
  channel.is_dirty = true;
  if (pump_timer_ != runtime::TimerId::kNone) return;
  pump_timer_ = loop_.PostAfter(TimeDelta::Zero(), [this] {
    pump_timer_ = runtime::TimerId::kNone;
    PumpDirty();
  });
}

void Hub::PumpDirty() {
  const Timestamp now = runtime::Now();
  for (const auto& [name, channel] : channels_) {
    if (!std::exchange(channel->is_dirty, false)) continue;
    PumpViewers(*channel, now);
  }
  ReleaseUnused();
}

// By index, and channels stay: a viewer whose machine had news waiting may leave meanwhile.
void Hub::PumpViewers(Channel& channel, Timestamp now) {
  is_pumping_ = true;
  for (std::size_t i = 0; i < channel.viewers.size(); ++i) channel.viewers[i]->Pump(now);
  is_pumping_ = false;
}

void Hub::ReleaseUnused() {
  for (auto next = channels_.begin(); next != channels_.end();) {
    Channel& channel = *(next++)->second;
    ReleaseIfUnused(channel);
  }
}

// Nobody came back: viewers are told, and the stream is forgotten.
void Hub::EndChannel(Channel& channel) {
  const Timestamp now = runtime::Now();
  // Each viewer still gets what lies before it, as far as its socket has room.
  PumpViewers(channel, now);
  const std::string name = channel.name;
  while (channels_.contains(name) && !channel.viewers.empty()) {
    const std::size_t before = channel.viewers.size();
    channel.viewers.back()->EndOfStream(now);  // Calls Leave().
    ONAIR_CHECK(!channels_.contains(name) || channel.viewers.size() < before);
  }
  ReleaseUnused();
}

void Hub::ReleaseIfUnused(Channel& channel) {
  if (is_pumping_ || channel.live.is_publishing() || !channel.viewers.empty()) return;
  loop_.Cancel(channel.grace_timer);
  AddMedia(totals_, channel.live.stats());
  const std::string name = channel.name;
  ONAIR_CHECK(directory_.Release(name));
  channels_.erase(name);
}

}  // namespace onair::edge
