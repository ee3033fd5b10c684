// SPDX-License-Identifier: Apache-2.0
//
// A publish session that writes down what it is told and what it answers (publish_log.h), for a
// replay elsewhere. Has the face of the session, so drivers take either.
#pragma once

#include <functional>
#include <utility>

#include "core/session/publish_log.h"

namespace onair::session {

// Single-owner; `session` and the sink outlive it. Without a sink it only passes on.
class RecordedPublish {
 public:
  using Event = Publish::Event;
  using OpenStream = Publish::OpenStream;
  using CloseStream = Publish::CloseStream;
  using OpenStandby = Publish::OpenStandby;
  using StandbyTransmit = Publish::StandbyTransmit;
  using CloseStandby = Publish::CloseStandby;
  using PromoteStandby = Publish::PromoteStandby;
  // One whole entry; the first is the setup. Must not call back.
  using Sink = std::function<void(Bytes entry)>;

  explicit RecordedPublish(Publish& session) : session_(session) {}
  // Before the first input.
  void RecordTo(Sink sink, ByteView setup) {
    sink_ = std::move(sink);
    sink_(LogSetup(setup));
  }

  void HandleConnected(Timestamp now) {
    Note(now, [&] { return LogConnected(now); });
    session_.HandleConnected(now);
  }
  void HandleClosed(const Error& error, Timestamp now) {
    Note(now, [&] { return LogClosed(error, now); });
    session_.HandleClosed(error, now);
  }
  void HandleBytes(ByteView in, Timestamp now) {
    Note(now, [&] { return LogBytes(in, now); });
    session_.HandleBytes(in, now);
  }
  void HandleUnsent(DataSize unsent, Timestamp now) {
    Note(now, [&] { return LogUnsent(unsent, now); });
    session_.HandleUnsent(unsent, now);
  }
  void HandleSocketFacts(const SocketFacts& facts, Timestamp now) {
    Note(now, [&] { return LogFacts(facts, now); });
    session_.HandleSocketFacts(facts, now);
  }
  void HandleTimeout(Timestamp now) {
    Note(now, [&] { return LogTimeout(now); });
    session_.HandleTimeout(now);
  }
  void HandleStandbyConnected(Timestamp now) {
    Note(now, [&] { return LogStandbyConnected(now); });
    session_.HandleStandbyConnected(now);
  }
  void HandleStandbyClosed(const Error& error, Timestamp now) {
    Note(now, [&] { return LogStandbyClosed(error, now); });
    session_.HandleStandbyClosed(error, now);
  }
  void HandleStandbyBytes(ByteView in, Timestamp now) {
    Note(now, [&] { return LogStandbyBytes(in, now); });
    session_.HandleStandbyBytes(in, now);
  }
  void HandleNetworkChanged(const std::optional<IpAddress>& from, Timestamp now) {
    Note(now, [&] { return LogNetworkChanged(from, now); });
    session_.HandleNetworkChanged(from, now);
  }

  void Start(Timestamp now) {
    Note(now, [&] { return LogStart(now); });
    session_.Start(now);
  }
  void SetTracks(const StreamTracks& tracks, Timestamp now) {
    Note(now, [&] { return LogTracks(tracks, now); });
    session_.SetTracks(tracks, now);
  }
  void Push(EncodedFrame frame, Timestamp now) {
    Note(now, [&] { return LogFrame(frame, now); });
    session_.Push(std::move(frame), now);
  }
  void RefreshUrl(const std::string& address, Timestamp now) {
    Note(now, [&] { return LogUrl(address, now); });
    session_.RefreshUrl(address, now);
  }
  void Stop(Timestamp now) {
    Note(now, [&] { return LogStop(now); });
    session_.Stop(now);
  }

  [[nodiscard]] Output<Event> Poll() {
    auto output = session_.Poll();
    if (sink_) sink_(LogOutput(output, last_));
    return output;
  }

  PublishSessionStats stats() const { return session_.stats(); }

 private:
  template <typename MakeEntry>
  void Note(Timestamp now, MakeEntry make) {
    last_ = now;
    if (sink_) sink_(make());
  }

  Publish& session_;
  Sink sink_;
  Timestamp last_ = Timestamp::Zero();
};

}  // namespace onair::session
