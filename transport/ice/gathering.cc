// SPDX-License-Identifier: Apache-2.0
#include "transport/ice/gathering.h"

#include <algorithm>
#include <utility>

#include "transport/ice/digest.h"
#include "transport/ice/stun_writer.h"

namespace onair::ice {
namespace {

// RFC 8489 section 6.2.1.
constexpr TimeDelta kServerRto = TimeDelta::Millis(500);
// RFC 8445 section 5.1.1.4 and section 11: "Tr [...] SHOULD NOT be less than 15 seconds".
constexpr TimeDelta kKeepMapping = TimeDelta::Seconds(15);

}  // namespace

std::uint32_t Foundation(CandidateType type, const IpAddress& base, const IpAddress& server,
                         TurnTransport way) {
  Bytes all{static_cast<std::uint8_t>(type), static_cast<std::uint8_t>(way)};
  all.insert(all.end(), base.bytes.begin(), base.bytes.end());
  all.insert(all.end(), server.bytes.begin(), server.bytes.end());
  return Crc32(all);
}

// RFC 8445 section 5.1.2.2: relays last by how they are reached, then dear networks, then IPv4
// (RFC 8421 section 4), then those that were told later.
std::uint16_t Gathering::LocalPreference(std::uint16_t cost, const IpAddress& ip, TurnTransport way,
                                         std::size_t index) {
  const int by_way = (static_cast<int>(way) - 1) * 20'000;
  const int by_cost = std::min<int>(cost, 999) * 16;
  const int by_family = ip.is_v4() ? 8 : 0;
  return static_cast<std::uint16_t>(65'535 - by_way - by_cost - by_family -
                                    std::min<int>(static_cast<int>(index), 7));
}

Status Gathering::AddBase(const SocketAddress& base, std::uint16_t cost, TransactionIds& ids,
                          DatagramQueue& outbox, Timestamp now) {
  if (has_base(base)) return {};
  if (bases_.size() == kMaxBases) return Fail(ErrorCode::kLimit, "local addresses");
  const std::uint16_t preference =
      LocalPreference(cost, base.ip, TurnTransport::kUdp, bases_.size());
  bases_.push_back({base, cost, preference});

  LocalEnd end{.address = base, .base = base};
  end.priority = Priority(CandidateType::kHost, preference, 1);
  end.reflexive_priority = Priority(CandidateType::kPeerReflexive, preference, 1);
  end.network_cost = cost;
  end.foundation = Foundation(CandidateType::kHost, base.ip, {}, TurnTransport::kUdp);
  Candidate candidate{.foundation = std::to_string(end.foundation)};
  candidate.priority = end.priority;
  candidate.address = base;
  candidate.network_cost = cost;
  Tell(std::move(candidate), end);

  for (const SocketAddress& server : servers_) Ask(base, server, ids, outbox, now);
  return {};
}

Status Gathering::AddServer(const SocketAddress& server, TransactionIds& ids, DatagramQueue& outbox,
                            Timestamp now) {
  if (std::ranges::find(servers_, server) != servers_.end()) return {};
  if (servers_.size() == AgentConfig::kMaxServers) return Fail(ErrorCode::kLimit, "STUN servers");
  servers_.push_back(server);
  for (const Base& base : bases_) Ask(base.address, server, ids, outbox, now);
  return {};
}

void Gathering::Ask(const SocketAddress& base, const SocketAddress& server, TransactionIds& ids,
                    DatagramQueue& outbox, Timestamp now) {
  if (!CanReach(base.ip, server.ip)) return;
  Query& query = queries_.emplace_back(Query{base, server});
  query.request.Start(ids.Next(), kServerRto, Carrier::kDatagrams, now);
  Send(query, outbox);
}

void Gathering::RemoveBase(const SocketAddress& base) {
  std::erase_if(bases_, [&](const Base& one) { return one.address == base; });
  std::erase_if(queries_, [&](const Query& one) { return one.base == base; });
  RemoveIf([&](std::size_t i) {
    return ends_[i] ? ends_[i]->base == base : candidates_[i].related == base;
  });
}

void Gathering::RemoveIf(const std::function<bool(std::size_t)>& is_gone) {
  for (std::size_t i = candidates_.size(); i-- > 0;) {
    if (!is_gone(i)) continue;
    candidates_.erase(candidates_.begin() + static_cast<std::ptrdiff_t>(i));
    ends_.erase(ends_.begin() + static_cast<std::ptrdiff_t>(i));
    if (told_ > i) --told_;
  }
}

void Gathering::AddRelayed(const LocalEnd& relayed, const SocketAddress& mapped,
                           const SocketAddress& server) {
  Candidate candidate{.foundation = std::to_string(relayed.foundation)};
  candidate.priority = relayed.priority;
  candidate.address = relayed.address;
  candidate.type = CandidateType::kRelayed;
  // RFC 8445 section 5.3: for relayed ones the mapped address; any by address family otherwise.
  const bool is_same_family = mapped.ip.family == relayed.address.ip.family;
  candidate.related = is_same_family ? mapped : SocketAddress{IpAddress{server.ip.family}, 0};
  candidate.network_cost = relayed.network_cost;
  Tell(std::move(candidate), relayed);
}

void Gathering::RemoveRelay(int relay) {
  RemoveIf([&](std::size_t i) { return ends_[i] && ends_[i]->relay == relay; });
}

bool Gathering::HandleAnswer(const StunMessage& message, const DatagramPath& path, Timestamp now) {
  const auto query = std::ranges::find_if(queries_, [&](const Query& one) {
    return one.request.is_running() && one.request.id() == message.transaction() &&
           one.base == path.local && one.server == path.remote;
  });
  if (query == queries_.end()) return false;
  query->request.Stop();
  query->again_at = now + kKeepMapping;
  auto mapped = message.Address(StunAttribute::kXorMappedAddress);
  if (!mapped) mapped = message.Address(StunAttribute::kMappedAddress);
  const Base* base = Find(path.local);
  if (!mapped || message.kind() != StunClass::kSuccess || base == nullptr) return true;
  // RFC 8445 section 5.1.3: what is the same as another is redundant.
  const bool is_known = std::ranges::any_of(
      candidates_, [&](const Candidate& one) { return one.address == *mapped; });
  if (is_known || mapped->ip.family != path.local.ip.family || mapped->port == 0) return true;

  Candidate candidate{.foundation =
                          std::to_string(Foundation(CandidateType::kServerReflexive, path.local.ip,
                                                    path.remote.ip, TurnTransport::kUdp))};
  candidate.priority = Priority(CandidateType::kServerReflexive, base->preference, 1);
  candidate.address = *mapped;
  candidate.type = CandidateType::kServerReflexive;
  candidate.related = path.local;
  candidate.network_cost = base->cost;
  // The mapping has moved: where it was nobody reaches us, and a list that only grows has no end.
  RemoveIf([&](std::size_t i) {
    return candidates_[i].type == candidate.type && candidates_[i].related == candidate.related &&
           candidates_[i].foundation == candidate.foundation;
  });
  Tell(std::move(candidate), std::nullopt);
  return true;
}

void Gathering::HandleTimeout(TransactionIds& ids, DatagramQueue& outbox, Timestamp now) {
  for (Query& query : queries_) {
    if (query.request.TakeDue(now) == Retransmit::Due::kSend) Send(query, outbox);
    if (now < query.again_at) continue;
    query.again_at = Timestamp::PlusInfinity();
    query.request.Start(ids.Next(), kServerRto, Carrier::kDatagrams, now);
    Send(query, outbox);
  }
}

void Gathering::Send(const Query& query, DatagramQueue& outbox) {
  StunWriter writer(outbox.Reserve(), StunMethod::kBinding, StunClass::kRequest,
                    query.request.id());
  outbox.Commit(writer.Fingerprint().Finish(), {query.base, query.server});
}

void Gathering::Tell(Candidate candidate, std::optional<LocalEnd> end) {
  candidates_.push_back(std::move(candidate));
  ends_.push_back(end);
}

std::optional<Gathering::Found> Gathering::TakeFound() {
  if (told_ == candidates_.size()) return std::nullopt;
  Found found{candidates_[told_], ends_[told_]};
  ++told_;
  return found;
}

bool Gathering::is_waiting() const {
  // A mapping that is only asked again has told its candidate already.
  return std::ranges::any_of(queries_, [](const Query& one) { return one.request.is_running(); });
}

Timestamp Gathering::deadline() const {
  Timestamp first = Timestamp::PlusInfinity();
  for (const Query& query : queries_) {
    first = std::min({first, query.request.deadline(), query.again_at});
  }
  return first;
}

const Gathering::Base* Gathering::Find(const SocketAddress& base) const {
  const auto at = std::ranges::find(bases_, base, &Base::address);
  return at == bases_.end() ? nullptr : &*at;
}

std::optional<std::uint16_t> Gathering::CostOf(const SocketAddress& base) const {
  const Base* known = Find(base);
  return known == nullptr ? std::nullopt : std::optional(known->cost);
}

}  // namespace onair::ice
