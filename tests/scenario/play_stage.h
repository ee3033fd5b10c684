// SPDX-License-Identifier: Apache-2.0
//
// An edge with a GOP cache that is fed by a live source, a network, and a viewer.
#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <memory>
#include <utility>
#include <variant>
#include <vector>

#include "core/session/play.h"
#include "core/twin/fake_media.h"
#include "core/twin/session_world.h"
#include "tests/core/session/play_rig.h"
#include "tests/support/record_wire.h"

namespace onair::scenario {

// One viewer's end of the edge.
class RecordViewerPeer final : public twin::Peer, private twin::StreamUser {
 public:
  RecordViewerPeer(std::function<Bytes()> greeting, std::vector<RecordViewerPeer*>& viewers)
      : greeting_(std::move(greeting)), viewers_(viewers) {}
  ~RecordViewerPeer() override { Leave(); }

  void Accept(twin::World&, twin::StreamSocket& socket) override {
    socket_ = &socket;
    socket.Attach(this);
  }
  void Send(const Bytes& bytes) { socket_->Write(bytes); }
  void Finish() {
    socket_->Finish();
    Forget();
  }

 private:
  void OnBytes(ByteView) override {
    if (has_joined_) return;
    has_joined_ = true;
    viewers_.push_back(this);
    Send(greeting_());
  }
  void OnUnsent() override {}
  void OnClosed(const Error&) override {
    socket_ = nullptr;
    Forget();
  }
  void Leave() {
    if (socket_ != nullptr) socket_->Detach();
    socket_ = nullptr;
    Forget();
  }
  void Forget() {
    viewers_.erase(std::remove(viewers_.begin(), viewers_.end(), this), viewers_.end());
  }

  std::function<Bytes()> greeting_;
  std::vector<RecordViewerPeer*>& viewers_;
  twin::StreamSocket* socket_ = nullptr;
  bool has_joined_ = false;
};

class PlayStage {
 public:
  using Play = session::Play;
  struct Setup {
    twin::StreamLink link;
    std::uint64_t seed = 1;
    PlaySessionConfig session = {};
    twin::FakeEncoderConfig encoder = {};
    TimeDelta jitter = TimeDelta::Zero();  // Each frame reaches the edge up to this much late.
    double clock = 1.0;                    // Media seconds per second of the world.
  };
  struct Decoded {
    Timestamp at;
    Timestamp render_at;
    MediaTime pts;
    TrackKind track;
    bool is_key;
  };

  explicit PlayStage(Setup setup)
      : setup_(std::move(setup)),
        world(Timestamp::Zero(), setup_.seed),
        rng_(world.ForkRng()),
        session(setup_.session, *ParseUrl("test://edge.example/live"), session::OpenRecordPath(),
                world.ForkRng(), NullTrace()),
        net(world, session,
            {setup_.link,
             [this](const Endpoint&) -> twin::Answer {
               return std::make_unique<RecordViewerPeer>([this] { return Greeting(); }, viewers_);
             },
             [this](Play::Event& event, Timestamp now) { OnEvent(event, now); },
             {}}),
        media(world, twin::FakeEncoder(setup_.encoder, world.ForkRng()),
              twin::FakeAudio(DataRate::KilobitsPerSec(64), world.ForkRng()),
              [this](EncodedFrame frame, Timestamp now) { Ingest(std::move(frame), now); }) {}

  void StartPlaying() {
    net.Do([](Play& s, Timestamp now) { s.Start(now); });
  }
  void CloseViewers() {
    while (!viewers_.empty()) viewers_.back()->Finish();
  }
  // nginx-rtmp keeps its viewers; others end them and know nothing of the stream until it is back.
  enum class Ending { kKeepsViewers = 1, kEndsViewers = 2 };
  void PublisherLeaves(Ending ending) {
    media.Stop();
    cache_.clear();
    for (auto* viewer : viewers_) viewer->Send(wire::Put('P'));
    if (ending == Ending::kKeepsViewers) return;
    is_found_ = false;
    CloseViewers();
  }
  // `back`: how far its timestamps are behind where its clock would have come to.
  void PublisherReturns(TimeDelta back = TimeDelta::Zero()) {
    is_found_ = true;
    timestamps_back_ = back;
    media.Resume();
    media.video().RequestKeyFrame();
  }
  // Capture to showing, by the line as it stands.
  TimeDelta DelayNow() const {
    return world.now() - Timestamp::Zero() -
           (line->MediaOf(world.now()) - MediaTime::Zero()).Scaled(1.0 / setup_.clock);
  }

 private:
  Setup setup_;

 public:
  std::vector<Decoded> decoded;
  bool keeps_decoded = true;
  std::optional<ClockMap> line;
  std::int64_t line_changes = 0;
  int flushes = 0;
  std::vector<std::pair<Timestamp, Play::StateChanged>> states;
  bool is_edge_silent = false;  // The edge keeps what it gets for later.
  twin::World world;

 private:
  Rng rng_;
  std::vector<RecordViewerPeer*> viewers_;
  std::deque<Bytes> cache_;  // From the newest key frame on.
  Bytes held_back_;
  bool is_found_ = true;
  TimeDelta timestamps_back_ = TimeDelta::Zero();
  Timestamp last_ingest_ = Timestamp::Zero();

 public:
  Play session;
  twin::SessionWorld<Play> net;
  twin::FakeMedia media;

  void SpeakAgain() {
    is_edge_silent = false;
    const Bytes held = std::exchange(held_back_, {});
    for (auto* viewer : viewers_) viewer->Send(held);
  }

 private:
  void Ingest(EncodedFrame frame, Timestamp now) {
    const auto scale = [&](MediaTime t) {
      return MediaTime::Zero() + (t - MediaTime::Zero()).Scaled(setup_.clock);
    };
    frame.pts = scale(frame.pts) - timestamps_back_;
    frame.dts = scale(frame.dts) - timestamps_back_;
    if (setup_.jitter == TimeDelta::Zero()) return FanOut(frame);
    const auto late =
        static_cast<std::int64_t>(rng_.Below(static_cast<std::uint64_t>(setup_.jitter.us())));
    last_ingest_ = std::max(last_ingest_, now + TimeDelta::Micros(late));
    world.At(last_ingest_, "edge.ingest", [this, frame] { FanOut(frame); });
  }
  void FanOut(const EncodedFrame& frame) {
    if (frame.is_key()) cache_.clear();
    cache_.push_back(wire::PutFrame(frame));
    if (is_edge_silent) {
      held_back_.insert(held_back_.end(), cache_.back().begin(), cache_.back().end());
      return;
    }
    for (auto* viewer : viewers_) viewer->Send(cache_.back());
  }
  Bytes Greeting() {
    if (!is_found_) return wire::Put('N');
    Bytes out = wire::Put('A');
    const auto append = [&](const Bytes& b) { out.insert(out.end(), b.begin(), b.end()); };
    append(wire::PutTracks(wire::MakeTracks(true, true)));
    for (const auto& record : cache_) append(record);
    return out;
  }
  void OnEvent(Play::Event& event, Timestamp now) {
    if (const auto* decode = std::get_if<Play::DecodeFrame>(&event)) {
      if (!keeps_decoded) return;
      decoded.push_back({now, decode->render_at, decode->frame.pts, decode->frame.track(),
                         decode->frame.is_key()});
    } else if (const auto* changed = std::get_if<Play::LineChanged>(&event)) {
      line = changed->line;
      ++line_changes;
    } else if (const auto* state = std::get_if<Play::StateChanged>(&event)) {
      states.emplace_back(now, *state);
    } else if (std::holds_alternative<Play::FlushDecoders>(event)) {
      ++flushes;
    }
  }
};

}  // namespace onair::scenario
