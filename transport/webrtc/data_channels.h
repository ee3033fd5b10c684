// SPDX-License-Identifier: Apache-2.0
//
// Data channels of one peer connection (RFC 8831): SCTP packets in and out, channels and messages
// to the owner. Made when DTLS is connected and both descriptions have a data section:
//
//   dtls ApplicationData -> HandleDatagram() -> Opened, Message, …
//   Open(), Send(), Close() -> Outgoing -> dtls Write()
//
// usrsctp chooses its tags and sequence numbers by chance and measures round trips by the
// system's clock (docs/decisions/0014), so two runs never send the same bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string_view>
#include <variant>

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/machine/machine.h"
#include "transport/tls/dtls_association.h"
#include "transport/webrtc/channel_config.h"
#include "transport/webrtc/dcep.h"
#include "transport/webrtc/sctp_socket.h"

namespace onair::webrtc {

// Of a channel among those of one connection: its SCTP stream. Used again after ChannelClosed.
enum class ChannelId : std::uint16_t {};

enum class MessageKind { kText = 1, kBinary = 2 };  // Text is UTF-8; nobody here checks it.

// Built once, from both descriptions.
struct DataChannelsConfig {
  // RFC 8832 section 6: the DTLS client opens even streams, the server odd ones.
  dtls::Role role;

  // a=sctp-port. Range [1, 65535].
  std::uint16_t local_port = 5000;
  std::uint16_t remote_port = 5000;

  // The peer's a=max-message-size; 0 there means any size, for which 1 MiB is given here. Range
  // [1 B, 1 MiB]. RFC 8841 section 6.1: without it 64 KiB.
  std::size_t peer_max_message_bytes = 64 * 1024;

  // Ours, as announced. Range [1 KiB, 1 MiB]. Source: ours; what Chromium announces.
  std::size_t max_message_bytes = 256 * 1024;

  // Open at once, of both ends together. Range [1, 512].
  std::size_t max_channels = 64;

  // Ok, or kInvalidConfig whose detail names the first field out of range.
  [[nodiscard]] Status Validate() const;
};

struct DataChannelsStats {
  std::int64_t messages_sent = 0;
  std::int64_t messages_received = 0;
  std::int64_t messages_refused = 0;  // The peer's: too long, cut, of no channel or kind.
  std::int64_t channels_refused = 0;  // The peer's: malformed, of a wrong number or too many.
  std::int64_t packets_dropped = 0;   // Ours, because nobody took them.
};

// Single-owner, movable; several may live on several threads.
class DataChannels {
 public:
  struct Outgoing {
    ByteView bytes;  // At most kPacketBytes; borrowed until the next call.
  };
  struct Up {};  // The association stands.
  // By the peer, or by us and the peer knows.
  struct Opened {
    ChannelId id;
    ChannelConfig config;
  };
  struct Message {
    ChannelId id;
    MessageKind kind;
    Bytes bytes;  // May be empty.
  };
  struct ChannelClosed {  // By either end; every message before it has come.
    ChannelId id;
  };
  // Over, nothing follows; all channels are closed. kConnectionLost.
  struct Down {
    Error error;
  };
  using Event = std::variant<Up, Opened, Message, ChannelClosed, Down>;
  using Output = std::variant<Idle, Outgoing, Event>;

  // Fits DTLS's records of 1200 bytes. SCTP counts in fours.
  static constexpr std::size_t kPacketBytes = dtls::Association::kMaxWriteBytes / 4 * 4;

  // kInvalidConfig, kInternal. The association is begun at once.
  static Result<DataChannels> Create(const DataChannelsConfig& config, Timestamp now);

  void HandleDatagram(ByteView packet, Timestamp now);
  void HandleTimeout(Timestamp now);

  // Before Up too. Messages may follow at once when it is Up. kInvalidConfig; kLimit: too many
  // channels; kInvalidState: it is over.
  Result<ChannelId> Open(const ChannelConfig& config, Timestamp now);
  // kInvalidState: not Up, or no such channel; kLimit: longer than the peer takes, or 1 MiB is
  // on its way already.
  Status Send(ChannelId id, MessageKind kind, ByteView message, Timestamp now);
  // ChannelClosed follows when the peer has closed too. Ignored when there is no such channel.
  void CloseChannel(ChannelId id, Timestamp now);
  // Tells the peer (last Outgoing); no event follows.
  void Close(Timestamp now);

  [[nodiscard]] Output Poll();

  DataChannelsStats stats() const;

 private:
  enum class State { kConnecting = 1, kUp, kOver };
  struct Channel {
    ChannelConfig config;
    bool is_opened = false;  // The event went out.
    bool owes_open = false;  // What must be said as soon as SCTP takes it.
    bool owes_ack = false;
    bool owes_reset = false;
    bool awaits_reset = false;  // Said; SCTP is at it.
    bool is_reset = false;      // No more of ours, and the next: no more of the peer's.
    bool is_peer_reset = false;
  };
  using Channels = std::map<std::uint16_t, Channel>;
  // A message of which parts have come.
  struct Partial {
    std::uint32_t first_tsn;
    Bytes bytes = {};
    bool is_too_long = false;
  };

  DataChannels(const DataChannelsConfig& config, SctpSocket sctp, Timestamp now);

  void See(Timestamp now);
  void TakeArrivals();
  void TakePart(SctpArrival part);
  void TakeMessage(std::uint16_t stream, Ppid ppid, Bytes bytes);
  void TakeDcep(std::uint16_t stream, ByteView message);
  void TakeOpen(std::uint16_t stream, ByteView message);
  void TakeReset(const SctpArrival& reset);
  void PayDebts();
  void PayReset(std::uint16_t stream, Channel& channel);
  bool Pay(std::uint16_t stream, bool& owes, const Bytes& message);
  void DropClosed();
  void RefuseChannel(std::uint16_t stream);
  void End(Error error);
  Idle Deadline() const;

  DataChannelsConfig config_;
  SctpSocket sctp_;
  State state_ = State::kConnecting;
  Timestamp now_;
  Timestamp busy_until_;
  Channels channels_;
  std::optional<Partial> partial_;
  std::deque<Event> events_;
  Bytes leaving_;
  DataChannelsStats stats_;
};

}  // namespace onair::webrtc
