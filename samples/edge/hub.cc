// SPDX-License-Identifier: Apache-2.0
#include "samples/edge/hub.h"

#include <algorithm>
#include <utility>

#include "core/base/check.h"
#include "platform/runtime/clock.h"
#include "samples/edge/bridged_stream.h"

namespace onair::edge {

struct Hub::Place {
  Viewer* viewer;
  ViewerKind kind;
  relay::LiveStream* line;
  relay::ViewerId id;
};

class Hub::Channel {
 public:
  Channel(std::string n, relay::LiveStream& l) : name(std::move(n)), live(l) {}

  // The stream with its sound in another codec, while viewers want it so.
  struct Bridge {
    AudioCodec to;
    std::unique_ptr<BridgedStream> stream;
    int idle_s = 0;  // Without viewers.
  };

  const std::string name;
  relay::LiveStream& live;
  StreamTracks tracks;
  Publisher* publisher = nullptr;
  Publisher* successor = nullptr;  // Accepted; waits for its first key frame.
  StreamTracks successor_tracks;
  std::array<Bridge, 2> bridges{Bridge{AudioCodec::kAac, nullptr},
                                Bridge{AudioCodec::kOpus, nullptr}};
  relay::StreamStats gone;  // What bridges that are no more counted.
  std::vector<std::unique_ptr<Place>> places;
  runtime::TimerId grace_timer = runtime::TimerId::kNone;
  bool is_dirty = false;
  bool has_tags = false;                // FLV tags lie beside the frames.
  bool has_reordering = false;          // Of this publisher.
  std::optional<MediaTime> newest_pts;  // From its first key frame on.
  Timestamp key_asked_at = Timestamp::MinusInfinity();
  Timestamp key_came_at = Timestamp::MinusInfinity();  // Of this publisher.
  DataSize measured = DataSize::Zero();                // bytes_in at measured_at.
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

std::size_t IndexOf(ViewerKind kind) {
  return static_cast<std::size_t>(kind) - 1;
}

AudioCodec CodecFor(ViewerKind kind) {
  return kind == ViewerKind::kRtc ? AudioCodec::kOpus : AudioCodec::kAac;
}

// Viewers over WebRTC are live at once, without the sound of before (CatchUp); decoder and encoder
// have their first frames behind them. Source: ours; CatchUp::kSoundBefore, and twice the 80 ms
// that RFC 7845 section 4.6 gives an Opus decoder to settle.
constexpr TimeDelta kRtcCachedSound = TimeDelta::Millis(200);

TimeDelta CachedSoundFor(ViewerKind kind) {
  return kind == ViewerKind::kRtc ? kRtcCachedSound : TimeDelta::PlusInfinity();
}

// A bridge is kept for joiners: it transcodes the cached sound when it is made.
// Source: ours; a viewer who zaps away and back.
constexpr int kIdleBridgeSeconds = 10;

void AddViewing(relay::StreamStats& sum, const relay::StreamStats& line) {
  sum.viewers += line.viewers;
  sum.viewers_total += line.viewers_total;
  sum.frames_out += line.frames_out;
  sum.bytes_out += line.bytes_out;
  sum.frames_dropped += line.frames_dropped;
  sum.jumps += line.jumps;
}

// What the viewers of a bridge saw, without what it saw itself.
relay::StreamStats ViewingOf(const BridgedStream& bridge) {
  relay::StreamStats sum = bridge.live().stats();
  const relay::ViewerStats own = bridge.taken();
  sum.viewers_total -= 1;
  sum.frames_out -= own.video_frames + own.audio_frames;
  sum.bytes_out -= own.bytes;
  sum.frames_dropped -= own.video_dropped + own.audio_dropped;
  sum.jumps -= own.jumps;
  return sum;
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
      line_config_(config.streams.stream),
      join_(config.join),
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
  channel->has_reordering = false;
  channel->newest_pts.reset();
  channel->key_came_at = now;
  SetPublishing(*channel, true, now);
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
  channel.has_reordering = false;
  channel.newest_pts.reset();
  channel.live.SetTracks(channel.tracks, now);
  MoveToLines(channel, now);
  ++totals_.takeovers;
  older->TakenOver(now);
}

void Hub::SetTracks(Channel& channel, const Publisher& by, const StreamTracks& tracks,
                    Timestamp now) {
  if (channel.successor == &by) channel.successor_tracks = tracks;
  if (channel.publisher != &by) return;
  channel.tracks = tracks;
  channel.live.SetTracks(tracks, now);
  MoveToLines(channel, now);
}

// The stream itself where its sound is what this kind speaks, else the bridge of that.
Result<relay::LiveStream*> Hub::LineFor(Channel& channel, ViewerKind kind, Timestamp now) {
  const AudioCodec wanted = CodecFor(kind);
  for (Channel::Bridge& bridge : channel.bridges) {
    if (bridge.to != wanted) continue;
    const bool is_needed = channel.tracks.audio && channel.tracks.audio->codec != wanted;
    if (!bridge.stream && is_needed) {
      auto made =
          BridgedStream::Make(channel.live, line_config_, {wanted, CachedSoundFor(kind)}, now);
      if (!made) return Forward(made);
      bridge.stream = std::move(*made);
    }
    // One that stands stays: its viewers do not notice a publisher of their own codec.
    if (bridge.stream) return &bridge.stream->live();
  }
  return &channel.live;
}

// Who watches while the sound changes its codec goes on by a bridge.
void Hub::MoveToLines(Channel& channel, Timestamp now) {
  for (const auto& place : channel.places) {
    const auto line = LineFor(channel, place->kind, now);
    if (!line || *line == place->line) continue;
    const auto id = (*line)->AddViewer(relay::StartPolicy::kNewestKeyFrame, now);
    if (!id) continue;  // With sound he cannot hear.
    place->line->RemoveViewer(place->id);
    place->line = *line;
    place->id = *id;
  }
}

void Hub::SetPublishing(Channel& channel, bool is_publishing, Timestamp now) {
  for (Channel::Bridge& bridge : channel.bridges) {
    if (bridge.stream) bridge.stream->SetPublishing(is_publishing, now);
  }
}

void Hub::Push(Channel& channel, const Publisher& by, EncodedFrame frame, Timestamp now) {
  if (channel.successor == &by && IsFirst(frame, channel.successor_tracks)) Succeed(channel, now);
  if (channel.publisher != &by) return;
  came_ += DataSize::Bytes(static_cast<std::int64_t>(frame.payload.size()));
  if (frame.track() == TrackKind::kVideo) {
    std::optional<MediaTime>& newest = channel.newest_pts;
    channel.has_reordering |= !frame.is_key() && newest && frame.pts < *newest;
    if (frame.is_key()) channel.key_came_at = now;
    if (frame.is_key()) newest = frame.pts;
    if (newest) newest = std::max(*newest, frame.pts);
  }
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
  channel.has_reordering = false;
  channel.newest_pts.reset();
  if (channel.publisher != nullptr) {  // Viewers wait for its key frame.
    channel.live.TakeOver(now);
    ++totals_.takeovers;
    const StreamTracks tracks = channel.successor_tracks;
    if (tracks.video || tracks.audio) SetTracks(channel, *channel.publisher, tracks, now);
    return;
  }
  channel.live.EndPublish(now);
  SetPublishing(channel, false, now);
  channel.rate_in = DataRate::Zero();
  if (channel.places.empty()) return ReleaseIfUnused(channel);
  const TimeDelta grace = how == PublishEnd::kLost ? lost_grace_ : grace_;
  channel.grace_timer = loop_.PostAfter(grace, [this, &channel] {
    channel.grace_timer = runtime::TimerId::kNone;
    EndChannel(channel);
  });
}

Result<Hub::Seat> Hub::Watch(const std::string& name, ViewerKind kind, Viewer& viewer,
                             Timestamp now, std::optional<DataRate> viewer_line) {
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
  const auto line = LineFor(channel, kind, now);
  using relay::Join;
  // Viewers over WebRTC have a way of their own (ViewerFeed).
  const Join join = kind == ViewerKind::kRtc || !line
                        ? Join::kNewestGroup
                        : DecideJoin(**line, channel.rate_in, viewer_line);
  const auto start = join == Join::kNextKeyFrame ? relay::StartPolicy::kNextKeyFrame
                                                 : relay::StartPolicy::kNewestKeyFrame;
  const auto id = line ? (*line)->AddViewer(start, now) : Result<relay::ViewerId>(Forward(line));
  if (!id) {
    ++totals_.viewers_refused;
    return Forward(id);
  }
  channel.places.push_back(std::make_unique<Place>(Place{&viewer, kind, *line, *id}));
  channel.has_tags = channel.has_tags || kind == ViewerKind::kFlv;
  ++viewers_[IndexOf(kind)];
  ++totals_.viewers_total;
  totals_.viewers_max = std::max(totals_.viewers_max, viewers_[0] + viewers_[1] + viewers_[2]);
  MarkDirty(channel);
  // Nothing to begin with lies here.
  if (channel.tracks.video && (*line)->stats(*id)->is_waiting) AskForKeyFrame(channel, now);
  return Seat{&channel, channel.places.back().get(), join};
}

relay::JoinReport Hub::ReportOf(const relay::LiveStream& line, DataRate rate) {
  const auto group = line.cached_group();
  if (!group) return {.age = TimeDelta::Zero(), .left = DataSize::Zero(), .stream = rate};
  return {.age = group->age,
          .left = group->size,
          .key = group->key,
          .group = group->usual,
          .stream = rate};
}

relay::JoinReport Hub::JoinReportOf(const Seat& seat) const {
  return ReportOf(*seat.place->line, seat.channel->rate_in);
}

relay::Join Hub::DecideJoin(const relay::LiveStream& line, DataRate rate,
                            std::optional<DataRate> viewer_line) {
  using relay::Join;
  Join join = join_;
  if (!line.cached_group()) join = Join::kNextKeyFrame;
  if (join == Join::kAuto && viewer_line) {
    relay::JoinReport report = ReportOf(line, rate);
    report.line = viewer_line;
    join = relay::DecideJoin(report).join;
  }
  const bool is_group = join == Join::kAuto || join == Join::kNewestGroup;
  totals_.joins_group += is_group ? 1 : 0;
  totals_.joins_key += join == Join::kNewestKeyFrame ? 1 : 0;
  totals_.joins_next += join == Join::kNextKeyFrame ? 1 : 0;
  // The rest of a group may still be cut, where nobody asked for it.
  return is_group ? join_ : join;
}

void Hub::Leave(const Seat& seat, const Viewer&) {
  Channel& channel = *seat.channel;
  --viewers_[IndexOf(seat.place->kind)];
  seat.place->line->RemoveViewer(seat.place->id);
  std::erase_if(channel.places, [&](const auto& place) { return place.get() == seat.place; });
  ReleaseIfUnused(channel);
}

relay::Taken Hub::Next(const Seat& seat, Timestamp now) {
  return seat.place->line->Next(seat.place->id, now);
}

relay::ViewerStats Hub::StatsOf(const Seat& seat) const {
  return *seat.place->line->stats(seat.place->id);
}

void Hub::StartAnew(const Seat& seat) {
  seat.place->line->StartAnew(seat.place->id);
}

void Hub::AwaitKey(const Seat& seat) {
  seat.place->line->AwaitKey(seat.place->id);
}

bool Hub::RequestKeyFrame(const Seat& seat, KeyFrameFor whom, Timestamp now) {
  const Timestamp asked_at = seat.channel->key_asked_at;
  const bool is_under_way = now < asked_at + kKeyFramePause;
  const bool is_too_soon = whom == KeyFrameFor::kOpening && now < asked_at + kOpeningPause;
  if (is_too_soon && !is_under_way) return false;
  return AskForKeyFrame(*seat.channel, now);
}

bool Hub::AskForKeyFrame(Channel& channel, Timestamp now) {
  if (channel.publisher == nullptr) return false;
  if (now < channel.key_asked_at + kKeyFramePause) return true;  // One is on its way.
  if (!channel.publisher->RequestKeyFrame(now)) return false;
  channel.key_asked_at = now;
  ++totals_.key_frames_asked;
  return true;
}

Result<Hub::Known> Hub::Find(const std::string& name) const {
  const auto found = channels_.find(name);
  if (found == channels_.end()) return Fail(ErrorCode::kStreamNotFound, name);
  const Channel& channel = *found->second;
  const bool has_tracks = channel.tracks.video || channel.tracks.audio;
  if (channel.publisher == nullptr || !has_tracks) {
    return Fail(ErrorCode::kStreamNotFound, name + " has no media yet");
  }
  return Known{channel.tracks, channel.has_reordering, channel.rate_in};
}

bool Hub::HasReordering(const Seat& seat) const {
  return seat.channel->has_reordering;
}
DataRate Hub::RateOf(const Seat& seat) const {
  return seat.channel->rate_in;
}

void Hub::Measure(Timestamp now) {
  MeasureRates(now);
  for (const auto& [name, channel] : channels_) {
    ReleaseIdleBridges(*channel);
    const bool has_video = channel->tracks.video.has_value();
    if (has_video && now - channel->key_came_at >= kLongestGroup) AskForKeyFrame(*channel, now);
  }
  KeepWithinMemory();
}

void Hub::ReleaseIdleBridges(Channel& channel) {
  for (Channel::Bridge& bridge : channel.bridges) {
    if (!bridge.stream) continue;
    bridge.idle_s = bridge.stream->live().has_viewers() ? 0 : bridge.idle_s + 1;
    if (bridge.idle_s < kIdleBridgeSeconds) continue;
    AddViewing(channel.gone, ViewingOf(*bridge.stream));
    bridge.stream.reset();
    bridge.idle_s = 0;
  }
}

// Pictures of a bridge are counted again: it may hold those that the stream gave up.
void Hub::MeasureMemory() {
  came_ = DataSize::Zero();
  memory_ = connections_hold_();
  const auto add = [this](const relay::LiveStream& line, bool has_tags) {
    const relay::StreamStats stats = line.stats();
    memory_ += stats.held + DataSize::Bytes(relay::kEntryCharge.bytes() * stats.held_frames);
    if (has_tags) memory_ += stats.held;
  };
  for (const auto& [name, channel] : channels_) {
    add(channel->live, channel->has_tags);
    for (const Channel::Bridge& bridge : channel->bridges) {
      if (bridge.stream) add(bridge.stream->live(), channel->has_tags);
    }
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
    if (which == Which::kUnwatched && !channel->places.empty()) continue;
    const std::int64_t before = channel->live.stats().held_frames;
    channel->live.DropCache();
    for (Channel::Bridge& bridge : channel->bridges) {
      if (bridge.stream) bridge.stream->live().DropCache();
    }
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

relay::StreamStats Hub::StatsOf(const Channel& channel) {
  relay::StreamStats sum = channel.live.stats();
  AddViewing(sum, channel.gone);
  for (const Channel::Bridge& bridge : channel.bridges) {
    if (!bridge.stream) continue;
    AddViewing(sum, ViewingOf(*bridge.stream));
    sum.viewers -= 1;  // The bridge itself, which watches the stream.
  }
  return sum;
}

void Hub::AddTo(EdgeStats& stats) const {
  const PortStats rtmp = stats.rtmp;
  const PortStats http = stats.http;
  stats = totals_;
  stats.rtmp = rtmp;
  stats.http = http;
  stats.viewers_rtmp = viewers_[IndexOf(ViewerKind::kRtmp)];
  stats.viewers_flv = viewers_[IndexOf(ViewerKind::kFlv)];
  stats.viewers_rtc = viewers_[IndexOf(ViewerKind::kRtc)];
  stats.memory = memory_;
  stats.memory_limit = max_memory_;
  stats.streams = static_cast<std::int64_t>(channels_.size());
  for (const auto& [name, channel] : channels_) {
    AddMedia(stats, StatsOf(*channel));
    stats.publishers += channel->live.is_publishing() ? 1 : 0;
  }
}

std::vector<StreamSnapshot> Hub::Streams() const {
  std::vector<StreamSnapshot> out;
  for (const auto& [name, channel] : channels_) {
    out.push_back({name, channel->tracks, StatsOf(*channel), channel->rate_in});
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
  for (Channel::Bridge& bridge : channel.bridges) {
    if (bridge.stream) bridge.stream->Pump(now);
  }
  for (std::size_t i = 0; i < channel.places.size(); ++i) channel.places[i]->viewer->Pump(now);
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
  while (channels_.contains(name) && !channel.places.empty()) {
    const std::size_t before = channel.places.size();
    channel.places.back()->viewer->EndOfStream(now);  // Calls Leave().
    ONAIR_CHECK(!channels_.contains(name) || channel.places.size() < before);
  }
  ReleaseUnused();
}

void Hub::ReleaseIfUnused(Channel& channel) {
  if (is_pumping_ || channel.live.is_publishing() || !channel.places.empty()) return;
  loop_.Cancel(channel.grace_timer);
  AddMedia(totals_, StatsOf(channel));
  for (Channel::Bridge& bridge : channel.bridges) bridge.stream.reset();  // It is a viewer.
  const std::string name = channel.name;
  ONAIR_CHECK(directory_.Release(name));
  channels_.erase(name);
}

}  // namespace onair::edge
