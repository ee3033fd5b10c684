// SPDX-License-Identifier: Apache-2.0
//
// A realtime viewer's session on a transport that says what the test wants.
#pragma once

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/machine/trace.h"
#include "core/session/realtime_play.h"
#include "core/session/state_names.h"
#include "tests/core/session/recording_transport.h"
#include "tests/support/record_wire.h"

namespace onair::session {

// A session whose every input is drained; what it says is kept by words, frames by themselves.
struct RealtimeRig {
  using Transport = RealtimeTransport;

  explicit RealtimeRig(PlaySessionConfig config = {})
      : session(
            config,
            [this](Timestamp) -> std::unique_ptr<RealtimeTransport> {
              ++made;
              memory.says.clear();
              return std::make_unique<RecordingTransport>(memory);
            },
            Rng(1), NullTrace()) {}

  void Drain() {
    for (int i = 0; i < 10'000; ++i) {
      auto out = session.Poll();
      if (const auto* drained = std::get_if<Idle>(&out)) {
        idle = *drained;
        return;
      }
      if (auto* event = std::get_if<RealtimePlay::Event>(&out)) Take(std::move(*event));
      if (const auto* order = std::get_if<WireOrder>(&out)) {
        if (const auto* open = std::get_if<OpenStream>(order)) stream = open->id;
        Say(WordOf(*order));
      }
    }
    FAIL("never idle");
  }
  void Wait(std::int64_t ms) {
    const Timestamp end = now + TimeDelta::Millis(ms);
    while (idle.wake_at <= end) {
      now = std::max(now, idle.wake_at);
      session.HandleTimeout(now);
      Drain();
    }
    now = end;
  }
  void Says(Transport::Event event) {
    memory.says.emplace_back(std::move(event));
    session.HandleWire(SocketsOpen{}, now);  // Some input: what a transport says follows one.
    Drain();
  }
  void Orders(WireOrder order) {
    memory.says.emplace_back(std::move(order));
    Drain();
  }
  void Start() {
    session.Start(now);
    Drain();
  }
  void Open() {
    if (made == 0) Start();
    Says(Transport::Ready{});
    Says(Transport::TracksChanged{wire::MakeTracks(true, true)});
  }
  void Frame(FrameKind kind, std::int64_t ms) { Says(wire::MakeFrame(kind, ms)); }
  // Live video each 40 ms and sound each 20 ms, from `from_ms` of their line on, each at its time.
  void Live(std::int64_t from_ms, int count) {
    for (int i = 0; i < count; ++i) {
      const std::int64_t ms = from_ms + i * 40;
      Frame(i == 0 ? FrameKind::kKey : FrameKind::kReference, ms);
      Frame(FrameKind::kAudio, ms);
      Wait(20);
      Frame(FrameKind::kAudio, ms + 20);
      Wait(20);
    }
  }
  void Forget() {
    decoded.clear();
    decoded_at.clear();
  }
  std::string Words() { return std::exchange(words, {}); }
  int Told(const std::string& what) const {
    return static_cast<int>(std::count(memory.told.begin(), memory.told.end(), what));
  }
  std::vector<RealtimePlay::DecodeFrame> Of(TrackKind track) const {
    std::vector<RealtimePlay::DecodeFrame> found;
    for (const auto& one : decoded) {
      if (one.frame.track() == track) found.push_back(one);
    }
    return found;
  }

  RecordingTransport::Memory memory;
  int made = 0;
  Timestamp now = Timestamp::Zero();
  Idle idle;
  std::string words;  // Without frames and lines.
  std::optional<RealtimePlay::StateChanged> last_state;
  std::vector<RealtimePlay::DecodeFrame> decoded;
  std::vector<Timestamp> decoded_at;  // Of each.
  std::vector<ClockMap> lines;        // As they were told.
  std::vector<EncodedFrame> arrived;  // Told while beside another one.
  StreamId stream = {};               // The latest, by the driver's number.
  RealtimePlay session;

 private:
  void Say(const std::string& word) { words += (words.empty() ? "" : " ") + word; }
  void Take(RealtimePlay::Event&& event) {
    if (auto* frame = std::get_if<RealtimePlay::DecodeFrame>(&event)) {
      decoded.push_back(std::move(*frame));
      decoded_at.push_back(now);
    } else if (const auto* state = std::get_if<RealtimePlay::StateChanged>(&event)) {
      last_state = *state;
      Say(std::string(NameOf(state->state)));
    } else if (const auto* line = std::get_if<RealtimePlay::LineChanged>(&event)) {
      lines.push_back(line->line);
    } else if (auto* told = std::get_if<RealtimePlay::FrameArrived>(&event)) {
      arrived.push_back(std::move(told->frame));
    } else if (std::holds_alternative<RealtimePlay::TracksChanged>(event)) {
      Say("tracks");
    } else if (std::holds_alternative<RealtimePlay::FlushDecoders>(event)) {
      Say("flush");
    }
  }
};

}  // namespace onair::session
