// SPDX-License-Identifier: Apache-2.0
//
// One end of a byte stream, whichever model carries it: StreamConnection by its queues,
// TcpConnection by segments on a modelled network.
#pragma once

#include <optional>

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/twin/tcp_info.h"
#include "core/units/data.h"

namespace onair::twin {

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

// Its user may change or go; bytes without a user are lost.
class StreamSocket {
 public:
  virtual ~StreamSocket() = default;

  virtual void Attach(StreamUser* user) = 0;
  virtual void Detach() = 0;

  // Takes any amount.
  virtual void Write(Bytes bytes) = 0;
  // Written, and not yet on the wire for the first time.
  virtual DataSize unsent() const = 0;
  // What the system would tell of the connection; empty where the model has no TCP.
  virtual std::optional<TcpInfo> tcp_info() const { return std::nullopt; }

  // No more writing; the other side still may.
  virtual void Finish() = 0;
  // Drops both directions; the other side learns it one way later.
  virtual void Reset() = 0;
  virtual void PauseReading() = 0;
  virtual void ResumeReading() = 0;
};

// Both ends of a stream. Single-owner. Not destroyed from inside a StreamUser's call.
class Connection {
 public:
  virtual ~Connection() = default;

  virtual StreamSocket& client() = 0;
  virtual StreamSocket& server() = 0;
};

}  // namespace onair::twin
