// SPDX-License-Identifier: Apache-2.0
//
// What a TURN client makes of its server's answers (RFC 8656 sections 7.3, 8.3, 10.3 and 12.3).
#include <algorithm>

#include "transport/ice/digest.h"
#include "transport/ice/turn_client.h"

namespace onair::ice {
namespace {

// New nonces and other servers in a row. Source: ours; one of each is normal.
constexpr int kMaxRefusals = 3;
// RFC 8489 sections 14.9 and 14.10: fewer than 128 characters, up to 763 bytes.
constexpr std::size_t kMaxRealm = 763;

bool IsNonceRefusal(int error) {
  return error == kStunUnauthenticated || error == kStunStaleNonce;
}

}  // namespace

void TurnClient::OnResponse(const StunMessage& message, Timestamp now) {
  const auto answers = [&](const Retransmit& request) {
    return request.is_running() && request.id() == message.transaction();
  };
  const auto peer = std::ranges::find_if(
      peers_, [&](const TurnPeer& one) { return answers(one.permission) || answers(one.binding); });
  const bool is_ours = answers(control_) || peer != peers_.end();
  // Refusals may come unsigned (the key is not agreed yet); their id was hard enough to guess.
  const bool is_signed =
      message.kind() == StunClass::kError || (key_ && message.VerifyIntegrity(*key_));
  if (!is_ours || !is_signed) {
    ++ignored_;
    return;
  }
  if (answers(control_)) {
    control_.Stop();
    state_ == State::kAllocating ? OnAllocateResponse(message, now)
                                 : OnRefreshResponse(message, now);
  } else if (answers(peer->permission)) {
    peer->permission.Stop();
    OnPermissionResponse(*peer, message, now);
  } else {
    peer->binding.Stop();
    OnChannelResponse(*peer, message, now);
  }
}

void TurnClient::OnAllocateResponse(const StunMessage& message, Timestamp now) {
  if (message.kind() == StunClass::kError) {
    const int error = message.error_code().value_or(kStunServerError);
    if (error == kStunUnauthenticated && key_) {
      return Fail(ErrorCode::kTurnUnauthorized, "the TURN server", error);
    }
    if (IsNonceRefusal(error) && TakeNonce(message)) return SendAllocate(now);
    if (error == kStunTryAlternate && FollowAlternate(message, now)) return;
    const bool is_unauthorized = IsNonceRefusal(error) || error == kStunForbidden;
    return Fail(is_unauthorized ? ErrorCode::kTurnUnauthorized : ErrorCode::kTurnRefused,
                "the TURN server refused an allocation", error);
  }
  const auto relayed = message.Address(StunAttribute::kXorRelayedAddress);
  const auto mapped = message.Address(StunAttribute::kXorMappedAddress);
  if (!relayed || relayed->ip.family != config_.relayed_family) {
    return Fail(ErrorCode::kTurnRefused, "the TURN server named no relayed address", 0);
  }
  state_ = State::kAllocated;
  relayed_ = *relayed;
  OnRefreshResponse(message, now);
  events_.Push(Allocated{*relayed, mapped.value_or(config_.path.local)});
}

void TurnClient::OnRefreshResponse(const StunMessage& message, Timestamp now) {
  if (message.kind() == StunClass::kError) {
    const int error = message.error_code().value_or(kStunServerError);
    if (IsNonceRefusal(error) && TakeNonce(message)) return SendRefresh(kLifetimeSeconds, now);
    return Fail(ErrorCode::kTurnRefused, "the TURN server ended the allocation", error);
  }
  refusals_ = 0;
  // A lifetime that is absurd or absent must not make us spin or fall asleep.
  const std::uint32_t told = message.U32(StunAttribute::kLifetime).value_or(kLifetimeSeconds);
  const auto seconds = static_cast<std::int64_t>(std::clamp(told, 20U, 3600U));
  refresh_at_ = now + TimeDelta::Seconds(seconds > 120 ? seconds - 60 : seconds / 2);
}

void TurnClient::OnPermissionResponse(TurnPeer& peer, const StunMessage& message, Timestamp now) {
  if (message.kind() == StunClass::kError) {
    const int error = message.error_code().value_or(kStunServerError);
    const bool is_stale = IsNonceRefusal(error) && ++peer.refusals <= kMaxRefusals;
    if (is_stale && TakeNonce(message)) return SendPermission(peer, now);
    return Refuse(peer, error);
  }
  peer.refusals = refusals_ = 0;
  peer.permit_again_at = now + kPermissionRefresh;
}

void TurnClient::OnChannelResponse(TurnPeer& peer, const StunMessage& message, Timestamp now) {
  if (message.kind() == StunClass::kError) {
    const int error = message.error_code().value_or(kStunServerError);
    const bool is_stale = IsNonceRefusal(error) && ++peer.refusals <= kMaxRefusals;
    if (is_stale && TakeNonce(message)) return SendChannelBind(peer, now);
    peer.is_bound = false;  // Indications go on.
    return;
  }
  peer.refusals = refusals_ = 0;
  peer.is_bound = true;
  peer.bind_again_at = now + kChannelRefresh;
}

// Realm and nonce of a refusal; false when there are none or there were too many.
bool TurnClient::TakeNonce(const StunMessage& message) {
  const auto realm = message.Text(StunAttribute::kRealm);
  const auto nonce = message.Text(StunAttribute::kNonce);
  if (!nonce || nonce->empty() || nonce->size() > kMaxRealm) return false;
  if (++refusals_ > kMaxRefusals * static_cast<int>(1 + peers_.size())) return false;
  if (realm && realm->size() <= kMaxRealm) realm_ = *realm;
  nonce_ = *nonce;
  key_ = Md5(AsBytes(config_.username + ":" + realm_ + ":" + config_.password));
  return key_.has_value();
}

// RFC 8656 section 7.4: "[...] the client MUST [...] retry [...] with the alternate server".
bool TurnClient::FollowAlternate(const StunMessage& message, Timestamp now) {
  const auto server = message.Address(StunAttribute::kAlternateServer);
  const bool is_usable = server && carrier() == Carrier::kDatagrams && server->port != 0 &&
                         server->ip.family == config_.path.remote.ip.family;
  if (!is_usable || ++refusals_ > kMaxRefusals) return false;
  config_.path.remote = *server;
  key_.reset();
  SendAllocate(now);
  return true;
}

void TurnClient::Refuse(TurnPeer& peer, int error) {
  peer.permit_again_at = Timestamp::PlusInfinity();
  events_.Push(PeerRefused{peer.address, error});
}

void TurnClient::Fail(ErrorCode code, const char* detail, int native_code) {
  state_ = State::kClosed;
  control_.Stop();
  outbox_.Clear();
  events_.Push(Closed{Error{code, detail, native_code}});
}

}  // namespace onair::ice
