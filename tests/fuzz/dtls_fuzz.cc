// SPDX-License-Identifier: Apache-2.0
//
// Two associations of ours with an attacker between them: the script says what becomes of each
// datagram. Byte 0: which end gets what is made up (bit 0), and whether it is started (bit 1).
// Steps: action, argument, then what the action needs.
#include <cstdlib>
#include <deque>
#include <variant>

#include "core/base/byte_reader.h"
#include "core/machine/datagram.h"
#include "transport/tls/dtls_association.h"

namespace onair {
namespace {

struct End {
  explicit End(const dtls::Identity& identity, dtls::Role role)
      : association(dtls::Association::Create({identity, role}).value()) {}

  void Settle(Timestamp now) {
    for (int i = 0; i < 1000; ++i) {
      auto out = association.Poll();
      if (const auto* idle = std::get_if<Idle>(&out)) {
        if (idle->wake_at <= now) std::abort();  // Would spin.
        return;
      }
      const auto* packet = std::get_if<dtls::Association::Outgoing>(&out);
      if (packet == nullptr) continue;
      if (packet->bytes.size() > kMaxDatagramBytes) std::abort();
      sent.emplace_back(packet->bytes.begin(), packet->bytes.end());
      if (sent.size() > 64) sent.pop_front();
    }
    std::abort();  // Poll() never settled.
  }
  void Take(ByteView bytes, Timestamp now) {
    association.HandleDatagram(bytes, now);
    association.HandleTimeout(now);
    Settle(now);
  }

  dtls::Association association;
  std::deque<Bytes> sent;
};

enum class Action { kPass = 0, kDrop, kDouble, kDamage, kCut, kMakeUp, kWait, kWrite };

void Step(End& from, End& to, ByteReader& script, Timestamp& now) {
  const auto action = static_cast<Action>(script.U8() % 8);
  const std::uint8_t argument = script.U8();
  if (action == Action::kWait) {
    now = now + TimeDelta::Millis(argument * 8);
    from.Take({}, now);
    return to.Take({}, now);
  }
  if (action == Action::kMakeUp) return to.Take(script.Take(argument), now);
  if (action == Action::kWrite) {
    from.association.Write(Bytes(argument + 1U), now);
    return from.Settle(now);
  }
  if (from.sent.empty()) return;
  Bytes datagram = std::move(from.sent.front());
  from.sent.pop_front();
  if (action == Action::kDrop) return;
  if (action == Action::kDamage) datagram[script.U16() % datagram.size()] ^= argument;
  if (action == Action::kCut) datagram.resize(datagram.size() * argument / 256);
  to.Take(datagram, now);
  if (action == Action::kDouble) to.Take(datagram, now);
}

}  // namespace
}  // namespace onair

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace onair;
  if (size < 1 || size > 4096) return 0;
  static const dtls::Identity one = dtls::Identity::Generate().value();
  static const dtls::Identity other = dtls::Identity::Generate().value();
  Timestamp now = Timestamp::Zero();
  End active(one, dtls::Role::kActive);
  End passive(other, dtls::Role::kPassive);
  const std::vector expected_by_active = {other.fingerprint()};
  const std::vector expected_by_passive = {one.fingerprint()};
  if (!active.association.Start(expected_by_active, now)) std::abort();
  if ((data[0] & 2) == 0 && !passive.association.Start(expected_by_passive, now)) std::abort();
  active.Settle(now);
  passive.Settle(now);
  bool is_upward = (data[0] & 1) == 0;
  ByteReader script(ByteView(data, size).subspan(1));
  while (script.remaining() > 1) {
    is_upward ? Step(active, passive, script, now) : Step(passive, active, script, now);
    is_upward = !is_upward;
  }
  active.association.Close(now);
  active.Settle(now);
  return 0;
}
