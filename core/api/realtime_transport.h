// SPDX-License-Identifier: Apache-2.0
//
// What a realtime session asks of a protocol (WebRTC): a machine with one byte stream at a time
// for its signalling and sockets for its media, all opened and closed by events. Contract:
// core/machine/datagram.h.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/api/congestion_control.h"
#include "core/base/result.h"
#include "core/machine/datagram.h"
#include "core/machine/endpoint.h"
#include "core/media/encoded_frame.h"

namespace onair {

class RealtimeTransport {
 public:
  // Driver: drop any present byte stream and connect; HandleConnected() or HandleClosed() follow.
  struct OpenStream {
    Endpoint endpoint;
  };
  // Driver: write what was transmitted, then close; no HandleClosed() follows.
  struct CloseStream {};
  // Driver: one socket on each local address that has none, each told by HandleSocket(); those
  // whose address is gone are closed and told by HandleSocketGone(). Then HandleSocketsOpen().
  struct OpenSockets {};

  // Driver: look up the addresses of this name; HandleNameResolved() follows.
  struct ResolveName {
    std::string host;
  };

  struct Ready {};  // Media flows. Once.
  // Of the video that is sent here: a viewer or the server cannot go on without it. At most one
  // in 300 ms.
  struct KeyFrameWanted {};
  // What the peer told of what was sent.
  struct Feedback {
    cc::FeedbackReport report;  // Its packets are borrowed until the next call.
  };
  // Of the media that comes in: all tracks known so far, before their frames.
  struct TracksChanged {
    StreamTracks tracks;
  };
  // Of the media that comes in: how long after its capture the sender wants it shown, at least and
  // at most (the header extension playout-delay). Both zero: as it comes.
  struct PlayoutDelayAsked {
    TimeDelta least;
    TimeDelta most;  // >= least.
  };
  // Over, by the peer, by a fault, or after Close(). Nothing follows.
  struct Closed {
    Error error;
    // The server asked for at least this wait before the next attempt.
    std::optional<TimeDelta> retry_in = {};
  };
  using Event =
      std::variant<OpenStream, CloseStream, OpenSockets, ResolveName, Ready, KeyFrameWanted,
                   Feedback, TracksChanged, EncodedFrame, PlayoutDelayAsked, Closed>;

  virtual ~RealtimeTransport() = default;

  virtual void HandleConnected(Timestamp now) = 0;
  virtual void HandleClosed(const Error& error, Timestamp now) = 0;
  virtual void HandleBytes(ByteView in, Timestamp now) = 0;
  virtual void HandleUnsent(DataSize unsent, Timestamp now) = 0;
  // `interface`: the system's name, "wlan0".
  virtual void HandleSocket(const SocketAddress& local, const std::string& interface,
                            Timestamp now) = 0;
  virtual void HandleSocketGone(const SocketAddress& local, Timestamp now) = 0;
  virtual void HandleSocketsOpen(Timestamp now) = 0;
  // Empty: it has none.
  virtual void HandleNameResolved(const std::string& host, const std::vector<IpAddress>& addresses,
                                  Timestamp now) {
    static_cast<void>(host), static_cast<void>(addresses), static_cast<void>(now);
  }
  virtual void HandleDatagram(const Datagram& in, Timestamp now) = 0;
  virtual void HandleTimeout(Timestamp now) = 0;
  // The device has another way to the network: looks for new paths while the present one goes on.
  virtual void HandleNetworkChanged(Timestamp now) = 0;

  // Begins; once. Before it SetTracks(), where this end sends.
  virtual void Start(Timestamp now) = 0;
  // What is sent. What the peer agreed to cannot change: kUnsupported for another codec.
  virtual Status SetTracks(const StreamTracks& tracks, Timestamp now) = 0;
  // After Ready only. Paced; what the pacer has no room for is dropped whole, counted, and a key
  // frame is wanted.
  virtual void Send(const EncodedFrame& frame, Timestamp now) = 0;
  // How fast media may leave, and how losses are mended, from now on.
  virtual void Apply(const cc::CongestionDecision& decision, Timestamp now) = 0;
  // Of the media that comes in: its decoder cannot go on. Throttled.
  virtual void RequestKeyFrame(Timestamp now) = 0;
  // Says goodbye in the protocol's way; Closed follows when that is done, within a second.
  virtual void Close(Timestamp now) = 0;

  [[nodiscard]] virtual RealtimeOutput<Event> Poll() = 0;
};

}  // namespace onair
