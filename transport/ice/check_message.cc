// SPDX-License-Identifier: Apache-2.0
#include "transport/ice/check_message.h"

#include <array>

#include "transport/ice/digest.h"

namespace onair::ice {

ByteView WriteCheck(CheckBuffer& buffer, const TransactionId& id, const Check& check,
                    const Credentials& ours, const Credentials& peers) {
  StunWriter writer(buffer, StunMethod::kBinding, StunClass::kRequest, id);
  // RFC 8445 section 7.2.2: the receiver's fragment first; its password signs.
  writer.Text(StunAttribute::kUsername, peers.ufrag + ":" + ours.ufrag);
  writer.U32(StunAttribute::kPriority, check.priority);
  writer.U64(check.role == Role::kControlling ? StunAttribute::kIceControlling
                                              : StunAttribute::kIceControlled,
             check.tie_breaker);
  if (check.nominates) writer.Flag(StunAttribute::kUseCandidate);
  return writer.Integrity(AsBytes(peers.password)).Fingerprint().Finish();
}

ByteView WriteAnswer(CheckBuffer& buffer, const TransactionId& id, const SocketAddress& seen,
                     const Credentials& ours) {
  StunWriter writer(buffer, StunMethod::kBinding, StunClass::kSuccess, id);
  writer.XorAddress(StunAttribute::kXorMappedAddress, seen);
  return writer.Integrity(AsBytes(ours.password)).Fingerprint().Finish();
}

ByteView WriteRefusal(CheckBuffer& buffer, const StunMessage& request, StunError error,
                      const Credentials& ours) {
  StunWriter writer(buffer, StunMethod::kBinding, StunClass::kError, request.transaction());
  writer.ErrorCode(error);
  if (error == kStunUnknownAttribute) {
    std::array<std::uint16_t, 8> unknown{};
    std::array<std::uint8_t, 16> listed{};
    const std::size_t count = request.CollectUnknown(unknown);
    for (std::size_t i = 0; i < count; ++i) {
      listed[2 * i] = static_cast<std::uint8_t>(unknown[i] >> 8);
      listed[2 * i + 1] = static_cast<std::uint8_t>(unknown[i]);
    }
    writer.Raw(StunAttribute::kUnknownAttributes, ByteView(listed).first(2 * count));
  }
  return writer.Integrity(AsBytes(ours.password)).Fingerprint().Finish();
}

std::optional<Check> ReadCheck(const StunMessage& request) {
  const auto controlling = request.U64(StunAttribute::kIceControlling);
  const auto controlled = request.U64(StunAttribute::kIceControlled);
  if (controlling.has_value() == controlled.has_value()) return std::nullopt;
  Check check;
  check.role = controlling ? Role::kControlling : Role::kControlled;
  check.tie_breaker = controlling ? *controlling : *controlled;
  check.priority = request.U32(StunAttribute::kPriority).value_or(1);
  check.nominates = request.Has(StunAttribute::kUseCandidate);
  return check;
}

Authenticity Authenticate(const StunMessage& request, const Credentials& ours) {
  const auto username = request.Text(StunAttribute::kUsername);
  const std::size_t size = ours.ufrag.size();
  const bool is_ours = username && username->size() > size && (*username)[size] == ':' &&
                       username->substr(0, size) == ours.ufrag;
  if (!is_ours) return Authenticity::kForOthers;
  return request.VerifyIntegrity(AsBytes(ours.password)) ? Authenticity::kAuthentic
                                                         : Authenticity::kForged;
}

}  // namespace onair::ice
