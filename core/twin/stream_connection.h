// SPDX-License-Identifier: Apache-2.0
//
// A byte stream between two sockets in one world.
#pragma once

#include "core/base/result.h"
#include "core/twin/stream_pipe.h"

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

// Who uses a socket. Called from world tasks only.
class StreamUser {
 public:
  virtual ~StreamUser() = default;

  virtual void OnBytes(ByteView in) = 0;
  // The socket's backlog became less.
  virtual void OnUnsent() = 0;
  // kPeerClosed: in good order, after all bytes; kConnectionLost: reset.
  virtual void OnClosed(const Error& error) = 0;
};

class StreamConnection;

// One end. Its user may change or go; bytes without a user are lost.
class StreamSocket {
 public:
  void Attach(StreamUser* user) { user_ = user; }
  void Detach() { user_ = nullptr; }

  void Write(Bytes bytes) { out_.Write(std::move(bytes)); }
  DataSize unsent() const { return out_.unsent(); }
  // No more writing; the other side still may.
  void Finish() { out_.Finish(); }
  // Drops both directions; the other side learns it one way later.
  void Reset();
  void PauseReading() { in().PauseReading(); }
  void ResumeReading() { in().ResumeReading(); }

  StreamPipe& out() { return out_; }
  StreamPipe& in();

 private:
  friend class StreamConnection;
  StreamSocket(World& world, const PipeConfig& out, StreamConnection& connection);
  void Tell(const Error& error);
  StreamSocket& other();

  World& world_;
  StreamConnection& connection_;
  StreamUser* user_ = nullptr;
  StreamPipe out_;
  Alarm reset_arrives_;  // At this end.
};

// Single-owner. Not destroyed from inside a StreamUser's call.
class StreamConnection {
 public:
  StreamConnection(World& world, const StreamLink& link)
      : client_(world, link.up, *this), server_(world, link.down, *this) {}
  StreamConnection(const StreamConnection&) = delete;
  StreamConnection& operator=(const StreamConnection&) = delete;

  StreamSocket& client() { return client_; }
  StreamSocket& server() { return server_; }

 private:
  StreamSocket client_;
  StreamSocket server_;
};

}  // namespace onair::twin
