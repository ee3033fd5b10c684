// SPDX-License-Identifier: Apache-2.0
//
// Two ends of ours, and a peer that may say anything: the script makes up packets (with a right
// checksum and the association's tag, or nothing would be read), damages real ones, drops them,
// opens, sends and closes. Steps: action, argument, then what the action needs.
#include <usrsctp.h>

#include <cstdlib>
#include <cstring>
#include <deque>
#include <variant>

#include "core/base/byte_reader.h"
#include "tests/support/library_clock.h"
#include "transport/webrtc/data_channels.h"
#include "transport/webrtc/dcep.h"

namespace onair {
namespace {

using webrtc::ChannelId;
using webrtc::DataChannels;

struct End {
  End(dtls::Role role, Timestamp now)
      : channels(DataChannels::Create({.role = role, .max_channels = 4}, now).value()) {}

  void Settle(Timestamp now) {
    for (int i = 0; i < 10'000; ++i) {
      auto out = channels.Poll();
      if (const auto* idle = std::get_if<Idle>(&out)) {
        if (idle->wake_at <= now) std::abort();  // Would spin.
        return;
      }
      const auto* packet = std::get_if<DataChannels::Outgoing>(&out);
      if (packet == nullptr) continue;
      if (packet->bytes.size() > DataChannels::kPacketBytes) std::abort();
      sent.emplace_back(packet->bytes.begin(), packet->bytes.end());
      last = sent.back();
      if (sent.size() > 256) sent.pop_front();
    }
    std::abort();  // Poll() never settled.
  }
  void Take(ByteView bytes, Timestamp now) {
    channels.HandleDatagram(bytes, now);
    Settle(now);
  }

  DataChannels channels;
  std::deque<Bytes> sent;
  Bytes last;
};

// RFC 9260 appendix A: the checksum at 8..11 is over the packet with zeros there.
void SetChecksum(Bytes& packet) {
  if (packet.size() < 12) return;
  std::memset(packet.data() + 8, 0, 4);
  const std::uint32_t sum = usrsctp_crc32c(packet.data(), packet.size());
  std::memcpy(packet.data() + 8, &sum, 4);
}

enum class Action { kPass = 0, kDrop, kDamage, kMakeUp, kWait, kOpen, kSend, kClose };

void MakeUp(const End& from, End& to, ByteView chunks, Timestamp now) {
  Bytes packet(from.last.begin(),
               from.last.begin() + std::min<std::ptrdiff_t>(12, std::ssize(from.last)));
  packet.insert(packet.end(), chunks.begin(), chunks.end());
  SetChecksum(packet);
  to.Take(packet, now);
}

void PassOn(End& from, End& to, Action action, ByteReader& script, Timestamp now) {
  if (from.sent.empty()) return;
  Bytes packet = std::move(from.sent.front());
  from.sent.pop_front();
  if (action == Action::kDrop) return;
  if (action == Action::kDamage) {
    packet[script.U16() % packet.size()] ^= script.U8();
    SetChecksum(packet);
  }
  to.Take(packet, now);
}

void Step(End& from, End& to, ByteReader& script, Timestamp& now) {
  const auto action = static_cast<Action>(script.U8() % 8);
  const std::uint8_t argument = script.U8();
  switch (action) {
    case Action::kPass:
    case Action::kDrop:
    case Action::kDamage:
      return PassOn(from, to, action, script, now);
    case Action::kMakeUp:
      return MakeUp(from, to, script.Take(std::min<std::size_t>(argument, script.remaining())),
                    now);
    case Action::kWait:
      now = now + TimeDelta::Millis(argument * 16);
      test::SetLibraryClock(now);
      from.channels.HandleTimeout(now);
      to.channels.HandleTimeout(now);
      to.Settle(now);
      break;
    case Action::kOpen:
      static_cast<void>(from.channels.Open({.label = std::string(argument, 'x')}, now));
      break;
    case Action::kSend:
      static_cast<void>(from.channels.Send(ChannelId{static_cast<std::uint16_t>(argument % 8)},
                                           webrtc::MessageKind::kBinary, Bytes(argument * 64U),
                                           now));
      break;
    case Action::kClose:
      from.channels.CloseChannel(ChannelId{static_cast<std::uint16_t>(argument % 8)}, now);
      break;
  }
  from.Settle(now);
}

}  // namespace
}  // namespace onair

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace onair;
  if (size > 4096) return 0;
  static_cast<void>(webrtc::ReadChannelOpen({data, size}));
  Timestamp now = Timestamp::Zero();
  test::SetLibraryClock(now);
  End active(dtls::Role::kActive, now);
  End passive(dtls::Role::kPassive, now);
  active.Settle(now);
  passive.Settle(now);
  ByteReader script(ByteView(data, size));
  bool is_upward = true;
  while (script.remaining() > 1) {
    is_upward ? Step(active, passive, script, now) : Step(passive, active, script, now);
    is_upward = !is_upward;
  }
  active.channels.Close(now);
  active.Settle(now);
  return 0;
}
