// SPDX-License-Identifier: Apache-2.0
//
// One end of a TCP connection as a machine: packets in, packets and events out. Payload really
// travels. Follows RFC 9293 as far as a stream's user and a congestion controller can see it:
// sequence numbers have 64 bits and begin at zero, SYN and FIN are retried, nobody is attacked.
#pragma once

#include <optional>
#include <variant>

#include "core/base/result.h"
#include "core/twin/link.h"
#include "core/twin/tcp_receiver.h"
#include "core/twin/tcp_sender.h"

namespace onair::twin {

// A machine of whole packets, whose bytes and ECN bits alone are its own. Single-owner.
class TcpEndpoint {
 public:
  struct Arrived {};  // A server: the first SYN is here; Accept() or Refuse() answers it.
  struct Connected {};
  struct Readable {
    Bytes bytes;
  };
  struct Finished {};  // The peer writes no more; all its bytes were given.
  struct Failed {      // The end, with its reason: refused, timed out, reset.
    Error error;
  };
  using Event = std::variant<Arrived, Connected, Readable, Finished, Failed>;
  using Output = std::variant<Idle, Packet, Event>;

  enum class Role { kClient = 1, kServer = 2 };
  TcpEndpoint(Role role, const TcpConfig& config, Rng rng);

  void HandlePacket(ByteView packet, Ecn ecn, Timestamp now);
  void HandleTimeout(Timestamp now);

  void Connect(Timestamp now);  // A client, once.
  void Accept(Timestamp now);   // A server, once, after Arrived.
  void Refuse(Timestamp now);
  void Write(Bytes bytes, Timestamp now);
  void Finish(Timestamp now);
  void Reset(Timestamp now);  // Silent here; the peer fails.
  void PauseReading() { receiver_.PauseReading(); }
  void ResumeReading(Timestamp now);

  [[nodiscard]] Output Poll();

  DataSize unsent() const { return DataSize::Bytes(sender_.unsent()); }
  DataSize written() const { return DataSize::Bytes(sender_.written()); }
  TcpInfo info() const;
  const TcpSender& sender() const { return sender_; }
  bool is_connected() const { return state_ == State::kOpen; }
  std::int64_t damaged() const { return damaged_; }  // Packets with a wrong checksum.

 private:
  enum class State { kIdle = 1, kConnecting, kArrived, kOpen, kClosed };

  void OnHandshake(const TcpSegment& in);
  void OnReset();
  void SendSyn();
  void Fail(ErrorCode code, const char* detail);
  std::optional<Packet> NextPacket();
  TcpSegment SynSegment();

  Role role_;
  TcpConfig config_;
  State state_ = State::kIdle;
  Timestamp now_ = Timestamp::MinusInfinity();
  TcpSender sender_;
  TcpReceiver receiver_;
  int syns_ = 0;
  Timestamp syn_sent_at_ = Timestamp::Zero();
  Timestamp syn_again_at_ = Timestamp::PlusInfinity();
  Timestamp syn_stamp_ = Timestamp::Zero();  // Of the client's, echoed.
  bool owes_syn_ = false;                    // SYN or SYN-ACK.
  bool was_asked_ecn_ = false;               // A server: by the first SYN.
  bool owes_ack_ = false;
  bool owes_reset_ = false;
  std::optional<Event> event_;
  std::int64_t damaged_ = 0;
};

}  // namespace onair::twin
