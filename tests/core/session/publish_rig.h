// SPDX-License-Identifier: Apache-2.0
//
// A publish session in a test's hands: every input is drained, everything said is kept.
#pragma once

#include <memory>
#include <variant>
#include <vector>

#include "core/session/publish.h"
#include "tests/support/record_wire.h"

namespace onair::session {

struct PublishRig {
  Publish session;
  Timestamp now = Timestamp::Zero();
  Idle idle;
  std::vector<Publish::Event> events;
  std::vector<char> order;         // 'e' event, 't' transmit.
  std::vector<wire::Record> sent;  // On every connection, in order.
  wire::Records records;
  std::vector<wire::Record> standby_sent;  // On every standby until it was promoted.
  wire::Records standby_records;

  explicit PublishRig(PublishSessionConfig config = {}, std::uint64_t seed = 1,
                      const std::string& home = "live.example")
      : session(
            config, PathTo(home),
            [](const std::string& address) -> Result<Publish::Path> {
              if (address == "nowhere") return onair::Fail(ErrorCode::kInvalidUrl, address);
              return PathTo(address);
            },
            Rng(seed), NullTrace()) {}

  // "tls.example" is secure, everything else plain.
  static Publish::Path PathTo(const std::string& host) {
    const bool is_tls = host.starts_with("tls.");
    return {Endpoint{host, 1935, is_tls ? Security::kTls : Security::kPlain},
            [](Timestamp) { return std::make_unique<wire::Publisher>(); }};
  }

  void Drain() {
    while (true) {
      auto out = session.Poll();
      if (const auto* i = std::get_if<Idle>(&out)) {
        idle = *i;
        return;
      }
      if (auto* transmit = std::get_if<Transmit>(&out)) {
        order.push_back('t');
        records.Add(transmit->bytes);
        while (auto record = records.Next()) sent.push_back(std::move(*record));
      } else {
        order.push_back('e');
        Note(std::get<Publish::Event>(out));
        events.push_back(std::move(std::get<Publish::Event>(out)));
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
  void Reply(char type) {
    session.HandleBytes(wire::Put(type), now);
    Drain();
  }
  void Move(const std::string& address) {
    session.HandleBytes(wire::PutText('M', address), now);
    Drain();
  }
  void Unsent(DataSize size) {
    session.HandleUnsent(size, now);
    Drain();
  }
  void Tracks(const StreamTracks& tracks) {
    session.SetTracks(tracks, now);
    Drain();
  }
  void Push(FrameKind kind, std::int64_t dts_ms, std::size_t size = 100) {
    session.Push(wire::MakeFrame(kind, dts_ms, size), now);
    Drain();
  }
  // Runs the session's own timers up to `now + span`.
  void Wait(TimeDelta span) {
    const Timestamp end = now + span;
    while (idle.wake_at <= end) {
      now = std::max(now, idle.wake_at);
      session.HandleTimeout(now);
      Drain();
    }
    now = end;
  }
  void GoLive() {
    Tracks(wire::MakeTracks(true, true));
    Start();
    Connected();
    Reply('R');
  }

  void StandbyConnected() {
    session.HandleStandbyConnected(now);
    Drain();
  }
  void StandbyClosed(ErrorCode code) {
    session.HandleStandbyClosed({code, "test"}, now);
    Drain();
  }
  void StandbyReply(char type) {
    session.HandleStandbyBytes(wire::Put(type), now);
    Drain();
  }
  void NetworkChanged(const std::optional<IpAddress>& from = std::nullopt) {
    session.HandleNetworkChanged(from, now);
    Drain();
  }
  void RefreshUrl(const std::string& address) {
    session.RefreshUrl(address, now);
    Drain();
  }

  template <typename E>
  std::vector<E> All() const {
    std::vector<E> found;
    for (const auto& event : events) {
      if (const auto* e = std::get_if<E>(&event)) found.push_back(*e);
    }
    return found;
  }
  std::vector<Publish::StateChanged> States() const { return All<Publish::StateChanged>(); }
  PublishState state() const { return session.stats().state; }
  // What went out of frames: letters K R D A with their dts.
  struct Sent {
    FrameKind kind;
    std::int64_t dts_ms;
    bool operator==(const Sent&) const = default;
  };
  std::vector<Sent> Frames() const {
    std::vector<Sent> found;
    for (const auto& record : sent) {
      if (record.type != 'F') continue;
      const auto frame = *wire::ParseFrame(record.body, Timestamp::Zero());
      found.push_back({frame.kind, frame.dts.ms()});
    }
    return found;
  }

 private:
  void Note(const Publish::Event& event) {
    if (const auto* standby = std::get_if<Publish::StandbyTransmit>(&event)) {
      standby_records.Add(standby->bytes);
      while (auto record = standby_records.Next()) standby_sent.push_back(std::move(*record));
    } else if (std::holds_alternative<Publish::PromoteStandby>(event)) {
      records = std::exchange(standby_records, {});
    } else if (std::holds_alternative<Publish::OpenStandby>(event)) {
      standby_records = {};
    }
  }
};

}  // namespace onair::session
