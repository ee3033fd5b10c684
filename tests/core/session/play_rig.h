// SPDX-License-Identifier: Apache-2.0
//
// A play session in a test's hands: every input is drained, everything said is kept.
#pragma once

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "core/session/play.h"
#include "tests/support/record_wire.h"

namespace onair::session {

inline Play::OpenPath OpenRecordPath() {
  return [](const Url& url, Timestamp) -> Result<Play::Path> {
    if (url.scheme != "test" && url.scheme != "tests") {
      return Fail(ErrorCode::kInvalidUrl, "scheme " + url.scheme);
    }
    const auto security = url.scheme == "tests" ? Security::kTls : Security::kPlain;
    return Play::Path{Endpoint{url.host, url.port.value_or(80), security},
                      std::make_unique<wire::Player>()};
  };
}

struct PlayRig {
  Play session;
  Timestamp now = Timestamp::Zero();
  Idle idle;
  std::vector<Play::Event> events;
  std::vector<wire::Record> sent;
  wire::Records records;

  explicit PlayRig(PlaySessionConfig config = {}, const std::string& url = "test://live.example/x")
      : session(config, *ParseUrl(url), OpenRecordPath(), Rng(1), NullTrace()) {}

  void Drain() {
    while (true) {
      auto out = session.Poll();
      if (const auto* i = std::get_if<Idle>(&out)) {
        idle = *i;
        return;
      }
      if (auto* transmit = std::get_if<Transmit>(&out)) {
        records.Add(transmit->bytes);
        while (auto record = records.Next()) sent.push_back(std::move(*record));
      } else {
        events.push_back(std::move(std::get<Play::Event>(out)));
      }
    }
  }
  void Start() {
    session.Start(now);
    Drain();
  }
  void Stop() {
    session.Stop(now);
    Drain();
  }
  void Connected() {
    session.HandleConnected(now);
    Drain();
  }
  void Closed(ErrorCode code) {
    session.HandleClosed({code, "test"}, now);
    Drain();
  }
  void Bytes(ByteView bytes) {
    session.HandleBytes(bytes, now);
    Drain();
  }
  void Reply(char type) { Bytes(wire::Put(type)); }
  void NetworkChanged(const std::optional<IpAddress>& from = std::nullopt) {
    session.HandleNetworkChanged(from, now);
    Drain();
  }
  void Tracks(bool video, bool audio, std::uint8_t config = 1) {
    Bytes(wire::PutTracks(wire::MakeTracks(video, audio, config)));
  }
  void Frame(FrameKind kind, std::int64_t dts_ms, std::size_t size = 100) {
    Bytes(wire::PutFrame(wire::MakeFrame(kind, dts_ms, size)));
  }
  void Wait(TimeDelta span) {
    const Timestamp end = now + span;
    while (idle.wake_at <= end) {
      now = std::max(now, idle.wake_at);
      session.HandleTimeout(now);
      Drain();
    }
    now = end;
  }
  void WaitMs(std::int64_t ms) { Wait(TimeDelta::Millis(ms)); }
  void Open() {
    Start();
    Connected();
    Reply('A');
    Tracks(true, true);
  }
  // Live video each 40 ms, a key frame each second, and sound each 20 ms, from `from_ms` on
  // the media line for `count` pictures, each at its own pace.
  void Live(std::int64_t from_ms, int count) {
    for (int i = 0; i < count; ++i) {
      const std::int64_t ms = from_ms + i * 40;
      Frame(ms % 1000 == 0 ? FrameKind::kKey : FrameKind::kReference, ms);
      Frame(FrameKind::kAudio, ms);
      WaitMs(20);
      Frame(FrameKind::kAudio, ms + 20);
      WaitMs(20);
    }
  }

  template <typename E>
  std::vector<E> All() const {
    std::vector<E> found;
    for (const auto& event : events) {
      if (const auto* e = std::get_if<E>(&event)) found.push_back(*e);
    }
    return found;
  }
  std::vector<Play::DecodeFrame> Decoded(TrackKind track) const {
    std::vector<Play::DecodeFrame> found;
    for (auto& decode : All<Play::DecodeFrame>()) {
      if (decode.frame.track() == track) found.push_back(decode);
    }
    return found;
  }
  std::vector<Play::StateChanged> States() const { return All<Play::StateChanged>(); }
  PlayState state() const { return session.stats().state; }
};

}  // namespace onair::session
