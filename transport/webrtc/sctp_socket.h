// SPDX-License-Identifier: Apache-2.0
//
// One SCTP association whose packets its owner carries (RFC 8261), by usrsctp without its threads.
// All that usrsctp keeps for the whole process is behind this header: docs/decisions/0014.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/units/time.h"
#include "transport/webrtc/channel_config.h"

namespace onair::webrtc {

struct SctpConfig {
  std::uint16_t local_port;
  std::uint16_t remote_port;
  std::uint16_t streams;             // Each way.
  std::size_t packet_bytes;          // None is longer.
  std::size_t send_buffer_bytes;     // No message is longer.
  std::size_t receive_buffer_bytes;  // What the peer may have under way.
};

struct SctpMessage {
  std::uint16_t stream;
  std::uint32_t ppid;  // Payload protocol identifier.
  ByteView bytes;      // Never empty.
  ChannelOrder order = ChannelOrder::kOrdered;
  std::optional<std::uint16_t> max_retransmits = std::nullopt;
  std::optional<TimeDelta> max_lifetime = std::nullopt;
};

// Something the association said.
struct SctpArrival {
  enum class Kind {
    kMessagePart = 1,  // Of one message at a time.
    kUp,
    kDown,       // For good.
    kPeerReset,  // The peer will send no more on `stream`.
    kOwnReset,   // We will send no more on `stream`; the peer knows, or refused to.
  };
  Kind kind;
  std::uint16_t stream = 0;
  std::uint32_t ppid = 0;
  Bytes bytes = {};
  std::uint32_t first_tsn = 0;  // Of its message: no two of those under way have the same.
  bool is_last = false;         // Of a message's parts.
};

// Single-owner: its calls must not overlap, but several sockets may live on several threads.
class SctpSocket {
 public:
  // Both ends do this at the same time; the INIT is the first packet. kInternal.
  static Result<SctpSocket> Connect(const SctpConfig& config, Timestamp now);

  SctpSocket(SctpSocket&& other) noexcept;
  SctpSocket& operator=(SctpSocket&& other) noexcept;
  ~SctpSocket();

  void HandlePacket(ByteView packet, Timestamp now);
  // Timers have a grain of kTick.
  void HandleTime(Timestamp now);

  // kLimit: the send buffer is full, try again later; kInvalidState: it is not up, or the peer
  // has no such stream.
  Status Send(const SctpMessage& message);
  enum class Reset {
    kBegun = 1,
    kLater,       // Another one is under way: try again.
    kImpossible,  // The peer knows no resets, or the association is over.
  };
  Reset ResetStream(std::uint16_t stream);
  // Tells the peer that it is over.
  void Abort();

  // False: nothing waits.
  bool TakePacket(Bytes& into);
  bool TakeArrival(SctpArrival& into);

  bool has_unacknowledged() const;  // Data is on its way or waits to be.
  std::int64_t packets_dropped() const;

  static constexpr TimeDelta kTick = TimeDelta::Millis(10);

  struct State;  // For sctp_socket.cc alone.

 private:
  explicit SctpSocket(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace onair::webrtc
