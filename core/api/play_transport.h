// SPDX-License-Identifier: Apache-2.0
//
// What a play session asks of a protocol (HTTP-FLV, RTMP): a machine over one byte stream.
// Contract: core/machine/machine.h.
#pragma once

#include <string>
#include <variant>

#include "core/base/result.h"
#include "core/machine/machine.h"
#include "core/media/encoded_frame.h"

namespace onair {

// One connection to one stream. Single-owner; events by Poll().
class PlayTransport {
 public:
  struct Accepted {};  // The server answered the request with success.
  // All tracks known so far; comes before their frames.
  struct TracksChanged {
    StreamTracks tracks;
  };
  // Sent elsewhere, before media or in its midst: absolute address, or empty for the address
  // that the session began with. Nothing follows.
  struct Moved {
    std::string url;
  };
  // The publisher of a live stream left. Media follows when one is back on this connection, or
  // Closed where the server ends it as well.
  struct PublisherLeft {};
  // Over. kStreamEnded: for good, nothing more will come. Nothing follows.
  struct Closed {
    Error error;
  };
  // pts and dts are as on the wire, made continuous over 32-bit wraps; payload as in
  // core/media/encoded_frame.h; captured_at is `now` of arrival.
  using Event = std::variant<Accepted, TracksChanged, EncodedFrame, PublisherLeft, Moved, Closed>;

  virtual ~PlayTransport() = default;

  // Driven from the moment the byte stream is connected (and secured). The request goes out
  // with the first Poll().
  virtual void HandleBytes(ByteView in, Timestamp now) = 0;
  // What the socket has not taken yet.
  virtual void HandleUnsent(DataSize unsent, Timestamp now) = 0;
  // The time that Idle asked for has come; earlier changes nothing.
  virtual void HandleTimeout(Timestamp now) = 0;

  // The peer closed its side in good order; gives the end of the stream or what is missing.
  virtual void HandleEnd(Timestamp now) = 0;

  // Says goodbye in the protocol's way, where it has one (last Transmit); no event follows.
  virtual void Close(Timestamp now) = 0;

  // The next thing to do or to know, until it is Idle.
  [[nodiscard]] virtual Output<Event> Poll() = 0;
};

}  // namespace onair
