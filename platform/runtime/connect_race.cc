// SPDX-License-Identifier: Apache-2.0
#include "platform/runtime/connect_race.h"

#include <algorithm>

namespace onair::runtime {
namespace {

constexpr std::size_t kMaxAddresses = 16;

std::vector<IpAddress> Cut(std::vector<IpAddress> addresses) {
  if (addresses.size() > kMaxAddresses) addresses.resize(kMaxAddresses);
  return addresses;
}

// How much an error tells the user about the server. Without IPv6 half of all attempts are
// "unreachable", which is no news.
int Weight(ErrorCode code) {
  if (code == ErrorCode::kConnectRefused) return 3;
  if (code == ErrorCode::kConnectTimeout) return 2;
  return code == ErrorCode::kUnreachable ? 0 : 1;
}

}  // namespace

std::vector<IpAddress> InterleaveFamilies(const std::vector<IpAddress>& addresses) {
  if (addresses.empty()) return {};
  std::vector<IpAddress> first;
  std::vector<IpAddress> second;
  for (const IpAddress& address : addresses) {
    (address.family == addresses.front().family ? first : second).push_back(address);
  }
  std::vector<IpAddress> turns;
  for (std::size_t i = 0; i < std::max(first.size(), second.size()); ++i) {
    if (i < first.size()) turns.push_back(first[i]);
    if (i < second.size()) turns.push_back(second[i]);
  }
  return turns;
}

std::vector<IpAddress> OfFamily(std::vector<IpAddress> addresses, IpAddress::Family family) {
  std::erase_if(addresses, [&](const IpAddress& address) { return address.family != family; });
  return addresses;
}

ConnectRace::ConnectRace(const std::vector<IpAddress>& addresses, TimeDelta attempt_delay,
                         TimeDelta timeout, Timestamp now)
    : addresses_(Cut(InterleaveFamilies(addresses))),
      attempt_delay_(attempt_delay),
      deadline_(now + timeout),
      next_at_(now) {}

void ConnectRace::HandleFailed(std::size_t, const Error& error, Timestamp now) {
  ++failed_;
  next_at_ = std::min(next_at_, now);
  if (!best_error_ || Weight(error.code) > Weight(best_error_->code)) best_error_ = error;
}

std::optional<ConnectRace::Attempt> ConnectRace::NextAttempt(Timestamp now) {
  if (started_ == addresses_.size() || now < next_at_ || now >= deadline_) return std::nullopt;
  next_at_ = now + attempt_delay_;
  const std::size_t index = started_++;
  return Attempt{index, addresses_[index]};
}

std::optional<Error> ConnectRace::Lost(Timestamp now) const {
  if (failed_ == addresses_.size()) {
    return best_error_.value_or(Error{ErrorCode::kResolveFailed, "no address"});
  }
  if (now < deadline_) return std::nullopt;
  const Error late{ErrorCode::kConnectTimeout, "no address answered in time"};
  return best_error_ && Weight(best_error_->code) > Weight(late.code) ? *best_error_ : late;
}

Timestamp ConnectRace::wake_at() const {
  return started_ < addresses_.size() ? std::min(next_at_, deadline_) : deadline_;
}

}  // namespace onair::runtime
