// SPDX-License-Identifier: Apache-2.0
//
// What a realtime session asks of a protocol (WebRTC): one attempt at a stream, a machine with byte
// streams for its signalling and its relays and sockets for its media, all opened and closed by
// orders. Contract: core/machine/wires.h.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "core/api/congestion_control.h"
#include "core/api/reception_control.h"
#include "core/base/result.h"
#include "core/machine/ip_address.h"
#include "core/machine/wires.h"
#include "core/media/encoded_frame.h"

namespace onair {

// One attempt at one stream. Single-owner; events by Poll().
class RealtimeTransport {
 public:
  // What the peer tells of what is sent to it: of each packet (Feedback), or of streams as a whole
  // (Reception).
  enum class Tells { kPackets = 1, kReception = 2 };
  // Media flows. Once.
  struct Ready {
    // Our sound goes to nobody: the peer takes none. (Without our pictures nothing becomes ready.)
    bool is_audio_refused = false;
    Tells tells = Tells::kPackets;
  };
  // Of the video that is sent here: a viewer or the server cannot go on without it. At most one
  // in 300 ms.
  struct KeyFrameWanted {};
  // Of the video that is sent here: whether pictures should be encoded now. Paused: what waits to
  // leave is as much as may wait, and what is not encoded need not be dropped. Told as it changes.
  struct IntakeWanted {
    Intake intake;
  };
  // What the peer told of what was sent.
  struct Feedback {
    cc::FeedbackReport report;  // Its packets are borrowed until the next call.
  };
  // The same where it tells of no packet.
  struct Reception {
    cc::ReceptionReport report;
  };
  // Of the media that comes in: all tracks known so far, before their frames.
  struct TracksChanged {
    StreamTracks tracks;
  };
  // Of the media that comes in: how long after its capture the sender wants it shown, at least and
  // at most (the header extension playout-delay). Both zero: as it comes.
  struct PlayoutDelayAsked {
    TimeDelta least;  // >= 0.
    TimeDelta most;   // >= least.
  };
  // No socket could be bound to the address that HandleNetworkChanged() gave; the present path goes
  // on.
  struct NetworkRefused {
    Error error;  // kLocalAddress.
  };
  // No media any more, by the peer or by a fault. Only Close() is left to be called: what was begun
  // at a server may have to be ended there.
  struct Failed {
    Error error;  // What went wrong, here or at the peer.
    // The server asked for at least this wait before the next attempt.
    std::optional<TimeDelta> retry_in = {};
  };
  // The farewell that Close() began is said. Nothing follows.
  struct Closed {};
  // What it tells its session.
  using Event =
      std::variant<Ready, KeyFrameWanted, IntakeWanted, Feedback, Reception, TracksChanged,
                   EncodedFrame, PlayoutDelayAsked, NetworkRefused, Failed, Closed>;

  virtual ~RealtimeTransport() = default;

  // What a stream, a socket or the name service told.
  virtual void HandleWire(const WireInput& in, Timestamp now) = 0;
  // The time that Idle asked for has come; earlier changes nothing.
  virtual void HandleTimeout(Timestamp now) = 0;
  // The device has another way to the network: looks for new paths while the present one goes on.
  // With `from`, this device's address on it, new sockets and streams begin there alone, and media
  // moves there when that works.
  virtual void HandleNetworkChanged(const std::optional<IpAddress>& from, Timestamp now) = 0;

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
  // Of the pictures that come in. Counters, which grow while one sender sends; what comes late was
  // missing for a while.
  struct Arrivals {
    std::int64_t packets = 0;        // That came.
    std::int64_t missing = 0;        // That did not come by themselves, mended or not.
    std::int64_t pictures_lost = 0;  // That nothing mended.
  };
  // Empty: nothing comes, or nothing is known of it.
  virtual std::optional<Arrivals> arrivals() const { return std::nullopt; }
  // Says goodbye in the protocol's way, in any state, also to a server that has yet to answer;
  // Closed follows when that is done. How long it is waited for is the owner's choice.
  virtual void Close(Timestamp now) = 0;

  // The next thing to do or to know, until it is Idle.
  [[nodiscard]] virtual RealtimeOutput<Event> Poll() = 0;

  // What stands between Start() and Ready at this moment, for an attempt that takes too long.
  virtual Error Obstacle() const = 0;
};

}  // namespace onair
