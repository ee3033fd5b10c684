// SPDX-License-Identifier: Apache-2.0
//
// A byte stream between two sockets in one world, as its queues make it.
#pragma once

#include "core/twin/stream_pipe.h"
#include "core/twin/stream_socket.h"

namespace onair::twin {

// Both directions; `up` leads from the client to the server.
struct StreamLink {
  PipeConfig up;
  PipeConfig down;

  // The same rate and one-way delay both ways.
  static StreamLink Symmetric(const RateSchedule& rate, TimeDelta one_way) {
    PipeConfig pipe;
    pipe.rate = rate;
    pipe.delay = one_way;
    return {pipe, pipe};
  }
  TimeDelta round_trip() const { return up.delay + down.delay; }
};

class StreamConnection;

// One end.
class PipeSocket final : public StreamSocket {
 public:
  void Attach(StreamUser* user) override { user_ = user; }
  void Detach() override { user_ = nullptr; }

  void Write(Bytes bytes) override { out_.Write(std::move(bytes)); }
  DataSize unsent() const override { return out_.unsent(); }
  void Finish() override { out_.Finish(); }
  void Reset() override;
  void PauseReading() override { in().PauseReading(); }
  void ResumeReading() override { in().ResumeReading(); }

  StreamPipe& out() { return out_; }
  StreamPipe& in();

 private:
  friend class StreamConnection;
  PipeSocket(World& world, const PipeConfig& out, StreamConnection& connection);
  void Tell(const Error& error);
  PipeSocket& other();

  World& world_;
  StreamConnection& connection_;
  StreamUser* user_ = nullptr;
  StreamPipe out_;
  Alarm reset_arrives_;  // At this end.
};

// Single-owner. Not destroyed from inside a StreamUser's call.
class StreamConnection final : public Connection {
 public:
  StreamConnection(World& world, const StreamLink& link)
      : client_(world, link.up, *this), server_(world, link.down, *this) {}
  StreamConnection(const StreamConnection&) = delete;
  StreamConnection& operator=(const StreamConnection&) = delete;

  PipeSocket& client() override { return client_; }
  PipeSocket& server() override { return server_; }

 private:
  PipeSocket client_;
  PipeSocket server_;
};

}  // namespace onair::twin
