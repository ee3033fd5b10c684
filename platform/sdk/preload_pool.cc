// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/preload_pool.h"

#include <algorithm>
#include <span>
#include <utility>

#include "core/base/url.h"
#include "core/preload/preload_plan.h"
#include "core/preload/recent_peak.h"
#include "platform/runtime/clock.h"
#include "platform/sdk/fallback_url.h"
#include "platform/sdk/first_picture.h"
#include "platform/sdk/loop_share.h"
#include "platform/sdk/preloaded_room.h"

namespace onair {
namespace {

using session::Play;

// How often rates are measured and the plan is made anew.
constexpr TimeDelta kTick = TimeDelta::Millis(500);
// Ticks that a stream's beginning lasts, when a whole GOP comes at once; then the share of each
// tick in the average. Source: ours; some seconds, as a GOP's key frame is a third of its bytes.
constexpr int kBurstTicks = 2;
constexpr double kRateShare = 0.2;

// Rooms looked at; a room that failed and is named again rests this long before it is tried again.
// Sources: ours.
constexpr std::size_t kMaxNamed = 64;
constexpr TimeDelta kFailedRest = TimeDelta::Seconds(5);

// A server that was asked for a stream and told nothing for so long will not be heard on this
// connection. Source: ours; a round trip over a satellite, and an edge that fetches the stream.
constexpr TimeDelta kAnswer = TimeDelta::Seconds(1);

// Of rooms that are not named any more.
constexpr int kFarthest = 1001;

// A pool that holds itself would never end.
PreloadPoolConfig WithoutPool(PreloadPoolConfig config) {
  config.play.preload = nullptr;
  return config;
}

DataSize SizeOf(const Picture& picture) {
  const auto pixels = std::int64_t{picture.size().width} * picture.size().height;
  return DataSize::Bytes(pixels + pixels / 2);
}

}  // namespace

Status PreloadPoolConfig::Validate() const {
  if (auto status = budget.Validate(); !status) return status;
  if (play.decode_threads < 1 || play.decode_threads > 16) {
    return Fail(ErrorCode::kInvalidConfig, "decode_threads");
  }
  return play.session.Validate();
}

// Everything but the public calls happens on the loop.
class PreloadPool::Core {
 public:
  explicit Core(const PreloadPoolConfig& config)
      : config_(WithoutPool(config)),
        trace_(config.play.trace != nullptr ? *config.play.trace : NullTrace()) {}
  ~Core() {
    net_.Close([this] { rooms_.clear(); });
  }

  Status Start() {
    if (auto status = previews_.Start(); !status) return status;
    if (auto status = loop_->Start(); !status) return status;
    net_.Post([this] { Tick(); });
    return {};
  }

  void SetRooms(std::vector<PreloadRoom> named) {
    net_.Post([this, named = std::move(named)] { Name(named); });
  }

  void SetNetworkCost(NetworkCost cost) {
    net_.Post([this, cost] {
      cost_ = cost;
      Plan();
    });
  }

  void NetworkChanged() {
    net_.Post([this] {
      for (auto& room : rooms_) {
        if (room->session) room->session->HandleNetworkChanged(std::nullopt);
      }
    });
  }

  void Cancel() {
    net_.Post([this] { rooms_.clear(); });
  }

  PreloadStats stats() {
    PreloadStats stats;
    loop_->RunAndWait([&] { stats = CountNow(); });
    return stats;
  }

  std::unique_ptr<PreloadedRoom> Take(const std::string& url) {
    std::unique_ptr<PreloadedRoom> taken;
    loop_->RunAndWait([&] { taken = TakeNow(url); });
    return taken;
  }

 private:
  struct Room {
    Room(std::uint64_t number, std::string name, std::string address)
        : id(number), url(std::move(name)), played(std::move(address)), named_at(runtime::Now()) {}

    const std::uint64_t id;
    const std::string url;     // As named.
    const std::string played;  // By its session.
    int distance = kFarthest;
    Timestamp named_at;
    PreloadTier tier = PreloadTier::kNone;  // As planned.
    std::unique_ptr<PlaySession> session;   // Null at kNone.
    std::uint64_t sessions = 0;             // Begun: what is late of an earlier one is not taken.
    std::optional<Timestamp> failed_at;
    std::optional<Timestamp> asked_at;  // For the stream, by this session.

    std::optional<Play::KeyFrameHeld> newest_key;
    bool is_decoding = false;
    std::optional<VideoFrame> picture;

    DataSize bytes = DataSize::Zero();  // At the last tick.
    int ticks = 0;                      // Since the stream flows.
    DataRate rate = DataRate::Zero();
    preload::RecentPeak gop_size;
    preload::RecentPeak picture_size;

    // Asked in vain: an address that is opened anew has its picture no later, and maybe sooner.
    bool is_mute(Timestamp now) const {
      if (!session || !asked_at) return false;
      const OpeningStages o = session->stats().opening;
      return o.requested && !o.first_byte && now - std::max(*asked_at, *o.requested) >= kAnswer;
    }
    // Is failed, and not to be tried again yet.
    bool rests(Timestamp now) const {
      return failed_at && (named_at <= *failed_at || now - *failed_at < kFailedRest);
    }
  };

  PreloadTier ReadyTier(const Room& room) const {
    if (!room.session) return PreloadTier::kNone;
    const PreloadTier ready = room.session->ready();
    const bool has_picture = ready == PreloadTier::kNewestGop && room.picture;
    return has_picture ? PreloadTier::kFirstPicture : ready;
  }
  static DataSize GopOf(const Room& room) {
    return room.session ? room.session->held() : DataSize::Zero();
  }
  static DataSize PictureOf(const Room& room) {
    return room.picture ? SizeOf(room.picture->picture) : DataSize::Zero();
  }

  Room* Find(const std::string& url) {
    const auto room = std::ranges::find_if(rooms_, [&](auto& one) { return one->url == url; });
    return room == rooms_.end() ? nullptr : room->get();
  }
  Room* Find(std::uint64_t id) {
    const auto room = std::ranges::find_if(rooms_, [&](auto& one) { return one->id == id; });
    return room == rooms_.end() ? nullptr : room->get();
  }

  void Name(const std::vector<PreloadRoom>& named) {
    const Timestamp now = runtime::Now();
    for (auto& room : rooms_) room->distance = kFarthest;
    for (const PreloadRoom& one : std::span(named).first(std::min(named.size(), kMaxNamed))) {
      Room* room = Find(one.url);
      if (room == nullptr) room = Add(one.url);
      if (room == nullptr) continue;
      room->distance = std::clamp(one.distance, 1, kFarthest - 1);
      room->named_at = now;
    }
    // What failed and is not wanted any more is forgotten.
    std::erase_if(rooms_,
                  [](auto& room) { return room->failed_at && room->distance == kFarthest; });
    Plan();
    ForgetOldest();
  }

  Room* Add(const std::string& url) {
    // A session over WebRTC has no rest between connected and streaming, and no newest GOP.
    const std::string played = FallbackUrlOf(url).value_or(url);
    if (!CheckPreloadable(played)) {
      ++stats_.unsupported;
      // Its address can be known at least.
      const auto parsed = ParseUrl(url);
      if (parsed && config_.play.names) config_.play.names->Prefetch(parsed->host);
      return nullptr;
    }
    rooms_.push_back(std::make_unique<Room>(next_id_++, url, played));
    return rooms_.back().get();
  }

  void ForgetOldest() {
    while (rooms_.size() > kMaxKnown) {
      rooms_.erase(std::ranges::min_element(
          rooms_, [](auto& a, auto& b) { return a->named_at < b->named_at; }));
    }
  }

  void Tick() {
    for (auto& room : rooms_) Measure(*room);
    Plan();
    net_.PostAfter(kTick, [this] { Tick(); });
  }

  void Measure(Room& room) {
    if (!room.session) return;
    const DataSize bytes = room.session->stats().bytes_received;
    const DataSize came = bytes - std::exchange(room.bytes, bytes);
    stats_.bytes_received += came;
    if (room.tier < PreloadTier::kNewestGop || room.session->ready() != PreloadTier::kNewestGop) {
      room.ticks = 0;
      return;
    }
    if (++room.ticks <= kBurstTicks) return;
    const DataRate rate = came / kTick;
    room.rate = room.ticks == kBurstTicks + 1
                    ? rate
                    : room.rate.Scaled(1 - kRateShare) + rate.Scaled(kRateShare);
  }

  void Plan() {
    std::vector<preload::RoomReport> reports;
    std::vector<Room*> planned;
    const Timestamp now = runtime::Now();
    for (auto& room : rooms_) {
      room->gop_size.OnSize(GopOf(*room), now);
      room->picture_size.OnSize(PictureOf(*room), now);
      if (room->rests(now)) continue;
      room->failed_at.reset();
      reports.push_back({.distance = room->distance,
                         .named_at = room->named_at,
                         .tier = room->tier,
                         .rate = room->rate,
                         .gop = room->gop_size.value(),
                         .picture = room->picture_size.value()});
      planned.push_back(room.get());
    }
    const auto decisions = preload::PlanPreload(config_.budget, {cost_, reports});
    // What gives room goes first.
    for (std::size_t i = 0; i < planned.size(); ++i) {
      if (decisions[i].tier < planned[i]->tier) Move(*planned[i], decisions[i]);
    }
    for (std::size_t i = 0; i < planned.size(); ++i) {
      if (decisions[i].tier > planned[i]->tier) Move(*planned[i], decisions[i]);
    }
  }

  void Move(Room& room, const preload::RoomDecision& decision) {
    trace_.Number(runtime::Now(), "preload.tier", static_cast<double>(decision.tier));
    if (decision.tier == PreloadTier::kNone) {
      ++stats_.evictions;
      return Leave(room);
    }
    room.tier = decision.tier;
    if (room.tier < PreloadTier::kFirstPicture) room.picture.reset();
    if (room.tier < PreloadTier::kNewestGop) room.newest_key.reset();
    if (!room.session) Open(room);
    if (!room.session) return;
    const bool is_asked = room.tier >= PreloadTier::kNewestGop;
    if (!is_asked) room.asked_at.reset();
    if (is_asked && !room.asked_at) room.asked_at = runtime::Now();
    room.session->Prepare(room.tier, config_.budget.gop_size);
    if (room.tier == PreloadTier::kFirstPicture) DecodeNewest(room);
  }

  // Nothing of its session is left; what was measured of its stream is.
  void Leave(Room& room) {
    Measure(room);
    room.tier = PreloadTier::kNone;
    room.session.reset();
    room.picture.reset();
    room.newest_key.reset();
    room.asked_at.reset();
    room.is_decoding = false;
  }

  void Open(Room& room) {
    PlayerConfig config = config_.play;
    config.url = room.played;
    config.seed += room.id;
    ++room.sessions;
    auto made = MakePlaySession(
        *loop_, config, trace_,
        [this, id = room.id](PlaySession::Event&& event) { OnEvent(id, std::move(event)); });
    if (!made) {
      room.tier = PreloadTier::kNone;
      room.failed_at = runtime::Now();
      ++stats_.failures;
      return;
    }
    room.session = std::move(*made);
    room.bytes = DataSize::Zero();
    room.ticks = 0;
  }

  // From inside the session, which must not be destroyed here.
  void OnEvent(std::uint64_t id, PlaySession::Event&& event) {
    Room* room = Find(id);
    if (room == nullptr) return;
    if (auto* held = std::get_if<Play::KeyFrameHeld>(&event)) {
      room->newest_key = std::move(*held);
      if (room->tier == PreloadTier::kFirstPicture) DecodeNewest(*room);
    } else if (const auto* state = std::get_if<Play::StateChanged>(&event)) {
      if (state->state == PlayState::kAwaitingPublisher) room->picture.reset();
      if (state->state != PlayState::kEnded) return;
      net_.Post([this, id, session = room->sessions] { GiveUp(id, session); });
    }
  }

  void GiveUp(std::uint64_t id, std::uint64_t session) {
    Room* room = Find(id);
    if (room == nullptr || !room->session || room->sessions != session) return;
    ++stats_.failures;
    room->failed_at = runtime::Now();
    Leave(*room);
    Plan();
  }

  // One at a time of a room: of key frames that came meanwhile the newest is next.
  void DecodeNewest(Room& room) {
    if (room.is_decoding || !room.newest_key || !room.newest_key->tracks.video) return;
    const Play::KeyFrameHeld key = *std::exchange(room.newest_key, std::nullopt);
    room.is_decoding = true;
    previews_.Decode(
        *key.tracks.video, key.frame,
        [on_net = net_.executor(), this, id = room.id, session = room.sessions](auto picture) {
          // Tasks are copied, pictures are not.
          auto shared = std::make_shared<decltype(picture)>(std::move(picture));
          on_net([this, id, session, shared] { KeepPicture(id, session, std::move(*shared)); });
        });
  }

  void KeepPicture(std::uint64_t id, std::uint64_t session, std::optional<VideoFrame> picture) {
    Room* room = Find(id);
    if (room == nullptr || !room->session || room->sessions != session) return;
    room->is_decoding = false;
    if (picture) ++stats_.pictures_decoded;
    if (room->tier != PreloadTier::kFirstPicture) return;
    room->picture = std::move(picture);
    DecodeNewest(*room);
  }

  std::unique_ptr<PreloadedRoom> TakeNow(const std::string& url) {
    const auto found = std::ranges::find_if(rooms_, [&](auto& one) { return one->url == url; });
    const bool is_of_use = found != rooms_.end() && !(*found)->is_mute(runtime::Now());
    const PreloadTier tier = is_of_use ? ReadyTier(**found) : PreloadTier::kNone;
    ++(tier == PreloadTier::kNone ? stats_.misses : stats_.hits);
    if (found == rooms_.end() || !(*found)->session) return nullptr;
    if ((*found)->session->stats().state == PlayState::kEnded) return nullptr;  // Soon given up.
    const bool is_twin = (*found)->played != (*found)->url;
    if (!is_of_use || (tier == PreloadTier::kNone && is_twin)) return Forget(found);
    const std::unique_ptr<Room> room = std::move(*found);
    rooms_.erase(found);
    Measure(*room);
    stats_.bytes_used += room->bytes;
    auto taken = std::make_unique<PreloadedRoom>();
    taken->ended = std::make_shared<std::optional<Play::StateChanged>>();
    room->session->SetHandler([ended = taken->ended](PlaySession::Event&& event) {
      const auto* state = std::get_if<Play::StateChanged>(&event);
      if (state != nullptr && state->state == PlayState::kEnded) *ended = *state;
    });
    taken->url = room->played;
    taken->loop = loop_;
    taken->session = std::move(room->session);
    taken->picture = std::move(room->picture);
    taken->tier = tier;
    return taken;
  }

  // One that was asked in vain. And a stream by HTTP-FLV that is not even connected: it has no
  // start before the room's own address, and where it never comes (a port that swallows packets)
  // its player would wait for it.
  std::unique_ptr<PreloadedRoom> Forget(std::vector<std::unique_ptr<Room>>::iterator room) {
    Leave(**room);
    rooms_.erase(room);
    return nullptr;
  }

  PreloadStats CountNow() {
    PreloadStats stats = stats_;
    for (auto& room : rooms_) {
      stats.rooms.push_back({room->url, room->distance, room->tier, ReadyTier(*room), room->rate,
                             GopOf(*room) + PictureOf(*room)});
      stats.memory += GopOf(*room) + PictureOf(*room);
      if (room->session)
        stats.bytes_received += room->session->stats().bytes_received - room->bytes;
      if (room->tier >= PreloadTier::kNewestGop) stats.rate = stats.rate + room->rate;
    }
    return stats;
  }

  const PreloadPoolConfig config_;
  TraceSink& trace_;
  const std::shared_ptr<runtime::Loop> loop_ = std::make_shared<runtime::Loop>("onair.preload");
  LoopShare net_{loop_};
  std::vector<std::unique_ptr<Room>> rooms_;
  NetworkCost cost_ = NetworkCost::kFree;
  std::uint64_t next_id_ = 1;
  PreloadStats stats_;
  // Last: it is silent before what its answers touch is gone.
  FirstPicture previews_;
};

Result<std::shared_ptr<PreloadPool>> PreloadPool::Create(const PreloadPoolConfig& config) {
  if (auto status = config.Validate(); !status) return Forward(status);
  auto core = std::make_unique<Core>(config);
  if (auto status = core->Start(); !status) return Forward(status);
  return std::shared_ptr<PreloadPool>(new PreloadPool(std::move(core)));
}

PreloadPool::PreloadPool(std::unique_ptr<Core> core) : core_(std::move(core)) {}
PreloadPool::~PreloadPool() = default;

void PreloadPool::SetRooms(std::vector<PreloadRoom> rooms) {
  core_->SetRooms(std::move(rooms));
}
void PreloadPool::SetNetworkCost(NetworkCost cost) {
  core_->SetNetworkCost(cost);
}
void PreloadPool::NetworkChanged() {
  core_->NetworkChanged();
}
void PreloadPool::Cancel() {
  core_->Cancel();
}
PreloadStats PreloadPool::stats() const {
  return core_->stats();
}
std::unique_ptr<PreloadedRoom> PreloadPool::Take(const std::string& url) {
  return core_->Take(url);
}

}  // namespace onair
