// SPDX-License-Identifier: Apache-2.0
//
// What a publish session asks of a protocol (RTMP, later WebRTC): a machine over one byte
// stream with exactly these methods. Contract: core/machine/machine.h.
#pragma once

#include <string>
#include <variant>

#include "core/base/result.h"
#include "core/machine/machine.h"
#include "core/media/encoded_frame.h"

namespace onair {

// One connection to one server for one stream. Single-owner; events by Poll().
class PublishTransport {
 public:
  struct Ready {};  // The peer accepted the stream; media may be sent.
  // Over, by the peer or by a fault. Nothing follows.
  struct Closed {
    Error error;
  };
  // Sent elsewhere before Ready: absolute address. Nothing follows.
  struct Moved {
    std::string url;  // Holds the stream key: a secret.
  };
  // The server will go away and asks for a new connection; once, after Ready. This one goes on
  // until it is closed.
  struct ReconnectRequested {
    std::string url;  // Absolute, a secret; empty: the same address.
  };
  // What it tells its session.
  using Event = std::variant<Ready, Closed, Moved, ReconnectRequested>;

  virtual ~PublishTransport() = default;

  // Driven from the moment the byte stream is connected (and secured).
  virtual void HandleBytes(ByteView in, Timestamp now) = 0;
  // What the socket has not taken yet.
  virtual void HandleUnsent(DataSize unsent, Timestamp now) = 0;
  // The time that Idle asked for has come; earlier changes nothing.
  virtual void HandleTimeout(Timestamp now) = 0;

  // The tracks and their decoder configurations. May be called at any time; after Ready it
  // writes metadata and sequence headers (again) in front of the next frame.
  virtual void SetTracks(const StreamTracks& tracks, Timestamp now) = 0;

  // An earlier connection of the session began its line at `start`: timestamps on the wire count
  // from there, so that the line of the viewers goes on. Before the first Send().
  virtual void ContinueLine(MediaTime start) = 0;

  // After Ready only. Written to the next Transmit at once: queueing and dropping are the
  // session's business. Timestamps on the wire are relative to the first frame sent, here or
  // as ContinueLine() told.
  virtual void Send(const EncodedFrame& frame, Timestamp now) = 0;

  // Says goodbye in the protocol's way (last Transmit); no event follows.
  virtual void Close(Timestamp now) = 0;

  // The next thing to do or to know, until it is Idle.
  [[nodiscard]] virtual Output<Event> Poll() = 0;
};

}  // namespace onair
