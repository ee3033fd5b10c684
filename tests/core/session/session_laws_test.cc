// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <deque>
#include <memory>
#include <variant>

#include "core/session/play.h"
#include "core/session/publish.h"
#include "core/session/realtime_play.h"
#include "core/session/uplink_probe.h"
#include "tests/core/session/play_rig.h"
#include "tests/core/session/publish_rig.h"
#include "tests/laws/machine_laws.h"
#include "tests/support/realtime_wire.h"
#include "tests/support/record_wire.h"

namespace onair::session {
namespace {

using enum FrameKind;

// A session whose stream connects the moment it is asked for, and a publisher whose encoder
// gives a frame with each of the peer's bytes.
class LivePublish {
 public:
  using Event = Publish::Event;
  LivePublish() : session_({}, PublishRig::PathTo("live.example"), nullptr, Rng(9), NullTrace()) {
    session_.SetTracks(wire::MakeTracks(true, true), now_);
    session_.Start(now_);
    for (int i = 0; i < 20; ++i) {
      session_.Push(wire::MakeFrame(i == 0 ? kKey : kReference, i * 33), now_);
    }
  }
  void HandleBytes(ByteView in, Timestamp now) { session_.HandleBytes(in, Seen(now)); }
  void HandleUnsent(DataSize unsent, Timestamp now) { session_.HandleUnsent(unsent, Seen(now)); }
  void HandleTimeout(Timestamp now) { session_.HandleTimeout(Seen(now)); }
  void Stop(Timestamp now) { session_.Stop(Seen(now)); }
  Output<Event> Poll() {
    auto out = session_.Poll();
    const auto* event = std::get_if<Event>(&out);
    if (event == nullptr) return out;
    if (std::holds_alternative<Publish::OpenStream>(*event)) session_.HandleConnected(now_);
    // A standby is accepted as soon as it has said hello.
    if (std::holds_alternative<Publish::OpenStandby>(*event)) session_.HandleStandbyConnected(now_);
    if (std::holds_alternative<Publish::StandbyTransmit>(*event)) {
      session_.HandleStandbyBytes(wire::Put('R'), now_);
    }
    return out;
  }

 private:
  Timestamp Seen(Timestamp now) { return now_ = std::max(now_, now); }
  Timestamp now_ = Timestamp::Zero();
  Publish session_;
};

class LivePlay {
 public:
  using Event = Play::Event;
  LivePlay()
      : session_({}, *ParseUrl("test://live.example/x"), OpenRecordPath(), Rng(9), NullTrace()) {
    session_.Start(now_);
  }
  void HandleBytes(ByteView in, Timestamp now) { session_.HandleBytes(in, Seen(now)); }
  void HandleUnsent(DataSize unsent, Timestamp now) { session_.HandleUnsent(unsent, Seen(now)); }
  void HandleTimeout(Timestamp now) { session_.HandleTimeout(Seen(now)); }
  void Stop(Timestamp now) { session_.Stop(Seen(now)); }
  Output<Event> Poll() {
    auto out = session_.Poll();
    const auto* event = std::get_if<Event>(&out);
    if (event != nullptr && std::holds_alternative<Play::OpenStream>(*event)) {
      session_.HandleConnected(now_);
    }
    return out;
  }

 private:
  Timestamp Seen(Timestamp now) { return now_ = std::max(now_, now); }
  Timestamp now_ = Timestamp::Zero();
  Play session_;
};

// Drained after every input, as its driver does: what its transport says is taken by Poll().
class LiveRealtimePlay {
 public:
  using Event = RealtimePlay::Event;
  LiveRealtimePlay()
      : session_(
            {}, [](Timestamp) { return std::make_unique<wire::RealtimePlayer>(); }, Rng(9),
            NullTrace()) {
    session_.Start(now_);
    Drain();
  }
  void HandleBytes(ByteView in, Timestamp now) {
    session_.HandleWire(StreamBytes{stream_, in}, Seen(now));
    Drain();
  }
  void HandleUnsent(DataSize unsent, Timestamp now) {
    session_.HandleWire(StreamUnsent{stream_, unsent}, Seen(now));
    Drain();
  }
  void HandleTimeout(Timestamp now) {
    session_.HandleTimeout(Seen(now));
    Drain();
  }
  void Stop(Timestamp now) {
    session_.Stop(Seen(now));
    Drain();
  }
  Output<Event> Poll() {
    if (said_.empty()) return idle_;
    auto first = std::move(said_.front());
    said_.pop_front();
    return first;
  }

 private:
  Timestamp Seen(Timestamp now) { return now_ = std::max(now_, now); }
  void Drain() {
    for (;;) {
      auto out = session_.Poll();
      if (const auto* idle = std::get_if<Idle>(&out)) {
        idle_ = *idle;
        return;
      }
      if (auto* transmit = std::get_if<StreamTransmit>(&out)) {
        said_.emplace_back(Transmit{{transmit->bytes.begin(), transmit->bytes.end()}});
      } else if (auto* event = std::get_if<Event>(&out)) {
        said_.emplace_back(std::move(*event));
      } else if (const auto* order = std::get_if<WireOrder>(&out)) {
        const auto* open = std::get_if<OpenStream>(order);
        if (open == nullptr) continue;
        stream_ = open->id;
        session_.HandleWire(StreamConnected{stream_}, now_);
      }
    }
  }

  Timestamp now_ = Timestamp::Zero();
  Idle idle_;
  std::deque<Output<Event>> said_;
  StreamId stream_ = {};
  RealtimePlay session_;
};

// A probe whose stream connects the moment it is asked for.
class LiveProbe {
 public:
  using Event = UplinkProbe::Event;
  LiveProbe()
      : probe_(
            {}, {"live.example", 1935, Security::kPlain},
            [](Timestamp) { return std::make_unique<wire::Publisher>(); },
            {*wire::MakeTracks(true, false).video, Buffer::Own(Bytes(100, 1))}, NullTrace()) {
    probe_.Start(now_);
  }
  void HandleBytes(ByteView in, Timestamp now) { probe_.HandleBytes(in, Seen(now)); }
  void HandleUnsent(DataSize unsent, Timestamp now) { probe_.HandleUnsent(unsent, Seen(now)); }
  void HandleTimeout(Timestamp now) { probe_.HandleTimeout(Seen(now)); }
  void Stop(Timestamp now) { probe_.Stop(Seen(now)); }
  Output<Event> Poll() {
    auto out = probe_.Poll();
    const auto* event = std::get_if<Event>(&out);
    if (event != nullptr && std::holds_alternative<UplinkProbe::OpenStream>(*event)) {
      probe_.HandleConnected(now_);
    }
    return out;
  }

 private:
  Timestamp Seen(Timestamp now) { return now_ = std::max(now_, now); }
  Timestamp now_ = Timestamp::Zero();
  UplinkProbe probe_;
};

laws::Case ProbeCase() {
  const TimeDelta wait = TimeDelta::Millis(40);
  return {.script = {{wait, wire::Put('R')}, {wait, {}}, {TimeDelta::Seconds(2), wire::Put('?')}}};
}

laws::Case PublishCase() {
  using wire::Put;
  const TimeDelta wait = TimeDelta::Millis(40);
  return {.script = {{wait, Put('R')},
                     {wait, Put('A')},
                     {TimeDelta::Seconds(3), {}},
                     {wait, Put('C')},
                     {TimeDelta::Seconds(2), {}},
                     {wait, Put('R')},
                     {wait, Put('?')}}};
}

// No key frame comes: media moves without one.
laws::Case HandOverCase() {
  using wire::Put;
  const TimeDelta wait = TimeDelta::Millis(40);
  return {.script = {{wait, Put('R')},
                     {wait, Put('Q')},
                     {TimeDelta::Seconds(1), {}},
                     {wait, Put('A')},
                     {TimeDelta::Seconds(4), {}},
                     {wait, Put('Q')},
                     {wait, Put('C')},
                     {TimeDelta::Seconds(2), {}},
                     {wait, Put('?')}}};
}

laws::Case PlayCase() {
  const TimeDelta wait = TimeDelta::Millis(40);
  laws::Case c{
      .script = {{wait, wire::Put('A')}, {wait, wire::PutTracks(wire::MakeTracks(true, true))}}};
  for (int i = 0; i < 30; ++i) {
    c.script.push_back({wait, wire::PutFrame(wire::MakeFrame(i == 0 ? kKey : kReference, i * 40))});
    c.script.push_back({TimeDelta::Zero(), wire::PutFrame(wire::MakeFrame(kAudio, i * 40))});
  }
  c.script.push_back({TimeDelta::Seconds(1), wire::PutFrame(wire::MakeFrame(kReference, 1200))});
  c.script.push_back({wait, wire::Put('P')});
  c.script.push_back({TimeDelta::Seconds(3), wire::PutFrame(wire::MakeFrame(kReference, 4200))});
  c.script.push_back({wait, wire::PutFrame(wire::MakeFrame(kKey, 4240))});
  c.script.push_back({wait, wire::Put('P')});
  c.script.push_back({TimeDelta::Seconds(2), wire::Put('E')});
  c.cut_stride = 7;
  return c;
}

TEST_CASE("Publish session obeys the laws of machines") {
  laws::ExpectAll([] { return std::make_unique<LivePublish>(); }, PublishCase());
}
TEST_CASE("Publish session obeys the laws of machines during a hand-over") {
  laws::ExpectAll([] { return std::make_unique<LivePublish>(); }, HandOverCase());
  laws::ExpectSilentAfterEnd([] { return std::make_unique<LivePublish>(); }, HandOverCase(),
                             [](LivePublish& m, Timestamp now) { m.Stop(now); });
}
TEST_CASE("Publish session is silent after its end") {
  laws::ExpectSilentAfterEnd([] { return std::make_unique<LivePublish>(); }, PublishCase(),
                             [](LivePublish& m, Timestamp now) { m.Stop(now); });
  laws::ExpectSilentAfterEnd(
      [] { return std::make_unique<LivePublish>(); }, PublishCase(),
      [](LivePublish& m, Timestamp now) { m.HandleBytes(wire::Put('X'), now); });
}
TEST_CASE("Uplink probe obeys the laws of machines") {
  laws::ExpectAll([] { return std::make_unique<LiveProbe>(); }, ProbeCase());
}
TEST_CASE("Uplink probe is silent after its end") {
  laws::ExpectSilentAfterEnd([] { return std::make_unique<LiveProbe>(); }, ProbeCase(),
                             [](LiveProbe& m, Timestamp now) { m.Stop(now); });
  laws::ExpectSilentAfterEnd(
      [] { return std::make_unique<LiveProbe>(); }, ProbeCase(),
      [](LiveProbe& m, Timestamp now) { m.HandleBytes(wire::Put('X'), now); });
}
TEST_CASE("Play session obeys the laws of machines") {
  laws::ExpectAll([] { return std::make_unique<LivePlay>(); }, PlayCase());
}
TEST_CASE("Play session is silent after its end") {
  laws::ExpectSilentAfterEnd([] { return std::make_unique<LivePlay>(); }, PlayCase(),
                             [](LivePlay& m, Timestamp now) { m.Stop(now); });
  laws::ExpectSilentAfterEnd(
      [] { return std::make_unique<LivePlay>(); }, PlayCase(),
      [](LivePlay& m, Timestamp now) { m.HandleBytes(wire::Put('D'), now); });
}
TEST_CASE("Realtime play session obeys the laws of machines") {
  laws::ExpectAll([] { return std::make_unique<LiveRealtimePlay>(); }, PlayCase());
}
TEST_CASE("Realtime play session is silent after its end") {
  laws::ExpectSilentAfterEnd([] { return std::make_unique<LiveRealtimePlay>(); }, PlayCase(),
                             [](LiveRealtimePlay& m, Timestamp now) { m.Stop(now); });
  laws::ExpectSilentAfterEnd(
      [] { return std::make_unique<LiveRealtimePlay>(); }, PlayCase(),
      [](LiveRealtimePlay& m, Timestamp now) { m.HandleBytes(wire::Put('D'), now); });
}

}  // namespace
}  // namespace onair::session
