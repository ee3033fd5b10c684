// SPDX-License-Identifier: Apache-2.0
//
// A publisher with camera, microphone and encoders, a network, and a server that remembers.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "core/session/publish.h"
#include "core/twin/fake_media.h"
#include "core/twin/session_world.h"
#include "tests/support/record_wire.h"

namespace onair::scenario {

struct Received {
  EncodedFrame frame;  // captured_at: of arrival.
  int connection;      // From 1.
};

// What a server does with a publisher.
struct ServerPlan {
  char answer = 'R';                           // Record type after the hello.
  std::optional<TimeDelta> closes_after = {};  // In good order.
  std::optional<TimeDelta> deaf_after = {};    // Reads no more.
};

class RecordServer final : public twin::Peer, private twin::StreamUser {
 public:
  RecordServer(ServerPlan plan, int connection, std::vector<Received>& log, std::uint64_t& hash)
      : plan_(plan), connection_(connection), log_(log), hash_(hash) {}
  ~RecordServer() override {
    if (socket_ != nullptr) socket_->Detach();
  }

  void Accept(twin::World& world, twin::StreamSocket& socket) override {
    world_ = &world;
    socket_ = &socket;
    socket.Attach(this);
    if (plan_.closes_after) {
      alarm_ = std::make_unique<twin::Alarm>(world, "server.close", [this] {
        if (socket_ != nullptr) socket_->Finish();
      });
      alarm_->Set(world.now() + *plan_.closes_after);
    }
    if (plan_.deaf_after) {
      alarm_ = std::make_unique<twin::Alarm>(world, "server.deaf", [this] {
        if (socket_ != nullptr) socket_->PauseReading();
      });
      alarm_->Set(world.now() + *plan_.deaf_after);
    }
  }

 private:
  void OnBytes(ByteView in) override {
    for (const std::uint8_t byte : in) hash_ = (hash_ ^ byte) * 0x100000001b3U;
    records_.Add(in);
    while (const auto record = records_.Next()) {
      if (record->type == 'H') socket_->Write(wire::Put(plan_.answer));
      if (record->type != 'F') continue;
      log_.push_back({*wire::ParseFrame(record->body, world_->now()), connection_});
    }
  }
  void OnUnsent() override {}
  void OnClosed(const Error&) override { socket_ = nullptr; }

  ServerPlan plan_;
  int connection_;
  std::vector<Received>& log_;
  std::uint64_t& hash_;
  twin::World* world_ = nullptr;
  twin::StreamSocket* socket_ = nullptr;
  wire::Records records_;
  std::unique_ptr<twin::Alarm> alarm_;
};

class PublishStage {
 public:
  struct Setup {
    twin::StreamLink link;
    std::uint64_t seed = 1;
    PublishSessionConfig session = {};
    twin::FakeEncoderConfig encoder = {};
    // Who answers the n-th connection (from 1).
    std::function<std::variant<twin::Refuse, twin::NoAnswer, ServerPlan>(int)> server = [](int) {
      return ServerPlan{};
    };
  };

  explicit PublishStage(Setup setup)
      : setup_(std::move(setup)),
        world(Timestamp::Zero(), setup_.seed),
        session(setup_.session,
                {Endpoint{"live.example", 1935, Security::kPlain},
                 [](Timestamp) { return std::make_unique<wire::Publisher>(); }},
                nullptr, world.ForkRng(), NullTrace()),
        net(world, session,
            {setup_.link,
             [this](const Endpoint&) { return Meet(); },
             [this](Publish::Event& event, Timestamp now) { OnEvent(event, now); },
             {}}),
        media(world, twin::FakeEncoder(setup_.encoder, world.ForkRng()),
              twin::FakeAudio(DataRate::KilobitsPerSec(64), world.ForkRng()),
              [this](EncodedFrame frame, Timestamp now) {
                net.Do([&](Publish& s, Timestamp) { s.Push(std::move(frame), now); });
              }) {}

  void Start() {
    net.Do([&](Publish& s, Timestamp now) {
      s.SetTracks(media.tracks(), now);
      s.Start(now);
    });
    media.Start();
  }
  void RunFor(TimeDelta span) { world.RunFor(span); }

  // No received frame refers to one that is missing: video is unbroken from each key frame.
  bool IsChainWhole() const {
    std::int64_t last = -2;
    int connection = 0;
    for (const auto& received : log) {
      if (received.frame.track() == TrackKind::kAudio) continue;
      const std::int64_t number = twin::FrameNumber(received.frame);
      const bool follows = connection == received.connection && number == last + 1;
      if (!received.frame.is_key() && !follows) return false;
      last = number;
      connection = received.connection;
    }
    return true;
  }
  // Arrival of the first frame of a track after `from`; infinity when none came.
  Timestamp FirstAfter(TrackKind track, Timestamp from) const {
    for (const auto& received : log) {
      if (received.frame.track() == track && received.frame.captured_at > from) {
        return received.frame.captured_at;
      }
    }
    return Timestamp::PlusInfinity();
  }
  // Capture to arrival. Media zero is the world's zero here.
  TimeDelta LongestDelay(Timestamp from = Timestamp::Zero()) const {
    TimeDelta longest = TimeDelta::Zero();
    for (const auto& received : log) {
      if (received.frame.captured_at < from) continue;
      const Timestamp captured = Timestamp::Micros(received.frame.pts.us());
      longest = std::max(longest, received.frame.captured_at - captured);
    }
    return longest;
  }
  std::int64_t Count(TrackKind track) const {
    return std::count_if(log.begin(), log.end(),
                         [&](const Received& r) { return r.frame.track() == track; });
  }

  using Publish = session::Publish;

 private:
  Setup setup_;
  int meetings_ = 0;

 public:
  std::vector<Received> log;
  std::vector<std::pair<Timestamp, Publish::StateChanged>> states;
  std::uint64_t hash = 0xcbf29ce484222325U;  // FNV-1a of everything that reached servers.
  int key_frames_wanted = 0;
  twin::World world;
  Publish session;
  twin::SessionWorld<Publish> net;
  twin::FakeMedia media;

 private:
  twin::Answer Meet() {
    const int number = ++meetings_;
    auto answer = setup_.server(number);
    if (std::holds_alternative<twin::Refuse>(answer)) return twin::Refuse{};
    if (std::holds_alternative<twin::NoAnswer>(answer)) return twin::NoAnswer{};
    return std::make_unique<RecordServer>(std::get<ServerPlan>(answer), number, log, hash);
  }
  void OnEvent(Publish::Event& event, Timestamp now) {
    if (std::holds_alternative<Publish::KeyFrameWanted>(event)) {
      ++key_frames_wanted;
      media.video().RequestKeyFrame();
    } else if (const auto* changed = std::get_if<Publish::StateChanged>(&event)) {
      states.emplace_back(now, *changed);
    }
  }
};

}  // namespace onair::scenario
