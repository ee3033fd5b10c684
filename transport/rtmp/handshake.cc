// SPDX-License-Identifier: Apache-2.0
#include "transport/rtmp/handshake.h"

#include <algorithm>
#include <string>
#include <utility>

namespace onair::rtmp {
namespace {

constexpr std::uint8_t kVersion = 3;
constexpr std::size_t kRandomBytes = kHandshakeBlock - 8;

// C1 or S1. Zero time and zero version ask for the plain form (section 5.2.3).
Bytes MakeBlock(Rng& rng) {
  Bytes block(8, 0);
  const Bytes random = rng.TakeBytes(kRandomBytes);
  block.insert(block.end(), random.begin(), random.end());
  return block;
}

void Append(Bytes& to, ByteView bytes) {
  to.insert(to.end(), bytes.begin(), bytes.end());
}

Error WrongVersion(std::uint8_t version) {
  return {ErrorCode::kRtmpProtocol, "handshake version " + std::to_string(version) + ", not 3"};
}

}  // namespace

ClientHandshake::ClientHandshake(HandshakeStart start, TimeDelta timeout, Rng& rng, Timestamp now)
    : start_(start), deadline_(now + timeout) {
  const Bytes c1 = MakeBlock(rng);
  outbox_.push_back(kVersion);
  Append(outbox_, c1);
  if (start_ == HandshakeStart::kEager) Append(outbox_, c1);
}

void ClientHandshake::HandleBytes(ByteView in, Timestamp) {
  const std::size_t count = std::min(in.size(), Wanted());
  Append(inbox_, in.first(count));
  if (state_ == State::kAwaitS0S1) HandleS0S1();
  if (state_ == State::kAwaitS2 && inbox_.size() == 1 + 2 * kHandshakeBlock) {
    state_ = State::kDone;
    last_ = Done{};
    inbox_.clear();
  }
}

void ClientHandshake::HandleS0S1() {
  if (!inbox_.empty() && inbox_[0] != kVersion) return Fail(WrongVersion(inbox_[0]));
  if (inbox_.size() < 1 + kHandshakeBlock) return;
  if (start_ == HandshakeStart::kPatient) {
    Append(outbox_, ByteView(inbox_).subspan(1, kHandshakeBlock));
  }
  answered_ = true;
  state_ = State::kAwaitS2;
}

void ClientHandshake::HandleTimeout(Timestamp now) {
  if (state_ != State::kAwaitS0S1 && state_ != State::kAwaitS2) return;
  if (now >= deadline_) Fail({ErrorCode::kTimeout, "no answer to the RTMP handshake"});
}

Output<ClientHandshake::Event> ClientHandshake::Poll() {
  if (!outbox_.empty()) return Transmit{std::exchange(outbox_, {})};
  if (std::exchange(answered_, false)) return Event(Answered{});
  if (last_) return *std::exchange(last_, std::nullopt);
  if (state_ == State::kDone || state_ == State::kFailed) return Idle{};
  return Idle{deadline_, "rtmp.handshake"};
}

std::size_t ClientHandshake::Wanted() const {
  if (state_ == State::kDone || state_ == State::kFailed) return 0;
  return 1 + 2 * kHandshakeBlock - inbox_.size();
}

void ClientHandshake::Fail(Error error) {
  state_ = State::kFailed;
  inbox_.clear();
  last_ = Failed{std::move(error)};
}

ServerHandshake::ServerHandshake(TimeDelta timeout, Rng& rng, Timestamp now)
    : deadline_(now + timeout), s1_(MakeBlock(rng)) {}

void ServerHandshake::HandleBytes(ByteView in, Timestamp) {
  Append(inbox_, in.first(std::min(in.size(), Wanted())));
  if (state_ == State::kAwaitC0C1) {
    if (!inbox_.empty() && inbox_[0] != kVersion) return Fail(WrongVersion(inbox_[0]));
    if (inbox_.size() < 1 + kHandshakeBlock) return;
    outbox_.push_back(kVersion);
    Append(outbox_, s1_);
    Append(outbox_, ByteView(inbox_).subspan(1, kHandshakeBlock));
    state_ = State::kAwaitC2;
  }
  if (state_ == State::kAwaitC2 && inbox_.size() == 1 + 2 * kHandshakeBlock) {
    state_ = State::kDone;
    last_ = Done{};
    inbox_.clear();
  }
}

void ServerHandshake::HandleTimeout(Timestamp now) {
  if (state_ != State::kAwaitC0C1 && state_ != State::kAwaitC2) return;
  if (now >= deadline_) Fail({ErrorCode::kTimeout, "the client did not finish the handshake"});
}

Output<ServerHandshake::Event> ServerHandshake::Poll() {
  if (!outbox_.empty()) return Transmit{std::exchange(outbox_, {})};
  if (last_) return *std::exchange(last_, std::nullopt);
  if (state_ == State::kDone || state_ == State::kFailed) return Idle{};
  return Idle{deadline_, "rtmp.handshake"};
}

std::size_t ServerHandshake::Wanted() const {
  if (state_ == State::kDone || state_ == State::kFailed) return 0;
  return 1 + 2 * kHandshakeBlock - inbox_.size();
}

void ServerHandshake::Fail(Error error) {
  state_ = State::kFailed;
  inbox_.clear();
  last_ = Failed{std::move(error)};
}

}  // namespace onair::rtmp
