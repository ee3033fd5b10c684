// SPDX-License-Identifier: Apache-2.0
//
// How a client comes by its paths: servers for ICE, candidates told to the peer, restarts, moves to
// another network.
#include <algorithm>
#include <utility>

#include "transport/webrtc/client.h"

namespace onair::webrtc {
namespace {

// Servers whose names are being looked up. Source: ours; twice what one answer may tell.
constexpr std::size_t kMaxUnresolved = 2 * kMaxIceServers;

// What a named network gets to show a path by the present credentials, before ICE restarts for it.
// Source: ours; a check, its answer and one that was lost, on a slow radio link.
constexpr TimeDelta kMoveGrace = TimeDelta::Millis(500);

// Two lines about one place. What a router shows of us moves, and replaces where it was.
bool IsSamePlace(const ice::Candidate& a, const ice::Candidate& b) {
  if (a.type != b.type) return false;
  const bool is_seen_alike = a.type == ice::CandidateType::kServerReflexive &&
                             a.related == b.related && a.foundation == b.foundation;
  return a.address == b.address || is_seen_alike;
}

}  // namespace

void Client::AddServers(const std::vector<IceServer>& servers) {
  for (const IceServer& server : servers) {
    const auto address = ParseIceServerAddress(server.url);
    if (!address) {
      ++stats_.ice_servers_skipped;
      continue;
    }
    NamedServer named{*address, server};
    if (const auto ip = IpAddress::Parse(address->host)) {
      AddServer(named, *ip);
    } else if (unresolved_.size() == kMaxUnresolved) {
      ++stats_.ice_servers_skipped;
    } else {
      is_gathered_ = false;
      unresolved_.push_back(std::move(named));
      Order(ResolveName{address->host});
    }
  }
}

void Client::On(const NameResolved& in) {
  if (IsOver()) return;
  const auto& addresses = in.addresses;
  const auto is_it = [&](const NamedServer& one) { return one.address.host == in.host; };
  std::vector<NamedServer> found;
  std::ranges::copy_if(unresolved_, std::back_inserter(found), is_it);
  std::erase_if(unresolved_, is_it);
  // One of each family: more are the same server by other ways.
  for (const auto family : {IpAddress::Family::kV4, IpAddress::Family::kV6}) {
    const auto ip = std::ranges::find(addresses, family, &IpAddress::family);
    if (ip == addresses.end()) continue;
    for (const NamedServer& named : found) AddServer(named, *ip);
  }
  if (addresses.empty()) stats_.ice_servers_skipped += static_cast<std::int64_t>(found.size());
  // Where none of them leads anywhere no other word about gathering comes.
  if (unresolved_.empty() && addresses.empty()) is_gathered_ = true;
}

// By UDP a TURN server tells what it sees of us as well as a STUN server does.
void Client::AddServer(const NamedServer& named, const IpAddress& ip) {
  const SocketAddress address{ip, named.address.port};
  Status added = {};
  if (named.address.transport == ice::TurnTransport::kUdp) {
    added = peer_.AddStunServer(address, now_);
  }
  if (named.address.kind == IceServerKind::kTurn) {
    const ice::TurnServer turn{.address = address,
                               .transport = named.address.transport,
                               .username = named.server.username,
                               .password = named.server.credential,
                               .host = named.address.host};
    added = peer_.AddTurnServer(turn, now_);
  }
  if (!added) {
    ++stats_.ice_servers_skipped;
  } else {
    is_gathered_ = false;
  }
}

void Client::OnCandidate(ice::Candidate candidate) {
  auto& known = local_.ice.candidates;
  const auto is_it = [&](const ice::Candidate& one) { return IsSamePlace(one, candidate); };
  std::erase_if(known, is_it);
  if (known.size() == kMaxCandidates) known.erase(known.begin());
  known.push_back(candidate);
  // A lite peer learns of addresses by the checks that come from them.
  if (!offer_ || is_peer_lite_) return;
  const bool was_told = std::ranges::any_of(
      told_, [&](const ice::Candidate& one) { return one.address == candidate.address; });
  if (was_told) return;
  std::erase_if(told_, is_it);
  if (told_.size() == kMaxCandidates) told_.erase(told_.begin());
  told_.push_back(candidate);
  untold_.candidates.push_back(std::move(candidate));
  // While a restart is on its way the next credentials are nobody's yet.
  if (!keeper_.is_asking()) TellCandidates();
}

void Client::TellCandidates() {
  if (untold_.candidates.empty()) return;
  untold_.credentials = local_.ice.credentials;
  for (ice::Candidate& candidate : untold_.candidates) {
    candidate.ufrag = untold_.credentials->ufrag;
  }
  signalling_.Trickle(untold_, now_);
  untold_.candidates.clear();
  has_asked_ = true;
}

void Client::RunKeeper() {
  if (IsOver()) return;
  if (from_ && is_moving_) MoveToNetwork();
  switch (keeper_.TakeDue(now_)) {
    case PathKeeper::Wish::kNone:
      return;
    case PathKeeper::Wish::kRestart:
      return AskRestart();
    case PathKeeper::Wish::kGiveUp:
      return Fail(
          {ErrorCode::kIceConsentLost, "the path is silent and the server begins no new one"});
  }
}

// Nothing changes here before the server agrees: checks of the present credentials go on.
void Client::AskRestart() {
  next_credentials_ = ice::DeriveCredentials(config_.ice_secret, ++generation_);
  if (!next_credentials_) return;
  ++stats_.restarts_asked;
  IceDescription ice = local_.ice;
  ice.credentials = next_credentials_;
  for (ice::Candidate& candidate : ice.candidates) candidate.ufrag = next_credentials_->ufrag;
  told_ = ice.candidates;
  untold_.candidates.clear();
  signalling_.RestartIce(ice, now_);
  has_asked_ = true;
}

void Client::OnRestarted(const SdpFragment& fragment) {
  if (!next_credentials_) return;
  IceDescription peer = fragment.Bundled();
  // Servers that are where they were may leave that out.
  if (peer.candidates.empty()) peer.candidates = peer_candidates_;
  for (ice::Candidate& candidate : peer.candidates) candidate.ufrag.clear();
  const ice::Credentials ours = *std::exchange(next_credentials_, std::nullopt);
  if (const Status begun = peer_.RestartIce(ours, peer, now_); !begun) {
    return OnRestartRefused({begun.error(), true});
  }
  ++stats_.restarts_begun;
  local_.ice.credentials = ours;
  keeper_.OnRestarted(now_);
  TellCandidates();
}

void Client::OnRestartRefused(const Signalling::RestartRefused& refused) {
  using Refusal = PathKeeper::Refusal;
  ++stats_.restarts_refused;
  keeper_.OnRefused(refused.is_by_server ? Refusal::kByServer : Refusal::kNoAnswer, now_);
  if (!keeper_.is_asking()) TellCandidates();
}

void Client::HandleNetworkChanged(const std::optional<IpAddress>& from, Timestamp now) {
  now_ = std::max(now_, now);
  from_ = from;
  if (IsOver() || !has_started_) return;
  peer_.HandlePathSuspect(now_);
  keeper_.OnNetworkChanged(now_);
  if (is_answered_) signalling_.HandleNetworkChanged(now_);
  is_moving_ = from_.has_value();
  named_at_ = now_;
  move_due_ = from_ ? now_ + kMoveGrace : Timestamp::PlusInfinity();
  Order(OpenSockets{from_});
}

// As soon as a path works from the network that the app named, nothing else is kept. While none
// does the old one goes on, however long that takes; a server that the new address does not reach
// soon is asked for a restart.
void Client::MoveToNetwork() {
  if (WorksFrom(*from_)) {
    is_moving_ = false;
    move_due_ = Timestamp::PlusInfinity();
    for (const SocketAddress& old : std::vector(sockets_)) {
      if (old.ip == *from_) continue;
      Order(CloseSocket{old});
      On(SocketGone{old});
    }
    has_asked_ = true;
  } else if (now_ >= move_due_) {
    move_due_ = Timestamp::PlusInfinity();
    keeper_.Demand(now_);
  }
}

// What worked before the network changed says nothing: a backup that died is noticed by its consent
// only, up to 30 s later. All paths are asked at the change, so this costs a round trip.
bool Client::WorksFrom(const IpAddress& from) const {
  return std::ranges::any_of(peer_.ice().paths(), [&](const ice::PathReport& report) {
    return report.path.base.ip == from && report.state == ice::PairState::kSucceeded &&
           report.last_answer && *report.last_answer > named_at_;
  });
}

// Without addresses: errors are for logs and screens.
std::string Client::TriedPaths() const {
  const auto paths = peer_.ice().paths();
  const auto relayed = std::ranges::count_if(
      paths, [](const ice::PathReport& report) { return report.path.is_relayed; });
  const auto direct = static_cast<std::ptrdiff_t>(paths.size()) - relayed;
  std::string text = "no answer to " + std::to_string(peer_.ice().stats().checks_sent) +
                     " checks on " + std::to_string(direct) + " direct and " +
                     std::to_string(relayed) + " relayed paths";
  if (peer_.relay_error()) {
    text += "; of the TURN servers: " + ToString(*peer_.relay_error());
  } else if (relayed == 0) {
    text += "; no TURN server gave a relay";
  }
  return text;
}

}  // namespace onair::webrtc
