// SPDX-License-Identifier: Apache-2.0
#include "core/session/realtime_link.h"

#include <algorithm>
#include <type_traits>

#include "core/machine/timer_table.h"

namespace onair::session {
namespace {

template <typename Streams>
std::optional<StreamId> TheirsOf(const Streams& streams, StreamId own) {
  for (const auto& [inner, outer] : streams) {
    if (inner == own) return outer;
  }
  return std::nullopt;
}

}  // namespace

void RealtimeLink::HandleWire(const WireInput& in, Timestamp now) {
  std::visit([&](const auto& one) { Pass(one, now); }, in);
}

bool RealtimeLink::is_present(StreamId id) const {
  const auto is_it = [id](const auto& stream) { return stream.second == id; };
  return present_ && std::ranges::any_of(present_->streams, is_it);
}

// Streams have their owners; sockets and names are the present connection's.
template <typename Input>
void RealtimeLink::Pass(const Input& in, Timestamp now) {
  if constexpr (requires { in.id; }) {
    const auto pass_to = [&](Connection& one) {
      const auto is_it = [&](const auto& stream) { return stream.second == in.id; };
      const auto found = std::ranges::find_if(one.streams, is_it);
      if (found == one.streams.end()) return;
      Input own = in;
      own.id = found->first;
      if constexpr (std::is_same_v<Input, StreamClosed>) one.streams.erase(found);
      one.transport->HandleWire(own, now);
    };
    if (present_) pass_to(*present_);
    for (Connection& one : partings_) pass_to(one);
  } else if (present_) {
    present_->transport->HandleWire(in, now);
  }
}

void RealtimeLink::HandleTimeout(Timestamp now) {
  for (auto one = partings_.begin(); one != partings_.end();) {
    one->transport->HandleTimeout(now);
    if (one->ends_at > now) {
      ++one;
      continue;
    }
    ++farewells_cut_;
    Drop(*one);
    one = partings_.erase(one);
  }
  if (present_) present_->transport->HandleTimeout(now);
}

bool RealtimeLink::Open(Timestamp now) {
  auto made = make_(now);
  if (made) present_.emplace(Connection{std::move(made)});
  return present_.has_value();
}

void RealtimeLink::Leave(TimeDelta at_most, Timestamp now) {
  for (Connection& one : partings_) one.ends_at = std::min(one.ends_at, now + at_most);
  if (!present_) return;
  if (partings_.size() == kMostPartings) {
    ++farewells_cut_;
    Drop(partings_.front());
    partings_.pop_front();
  }
  Connection& one = partings_.emplace_back(std::move(*present_));
  present_.reset();
  one.ends_at = now + at_most;
  one.transport->Close(now);
  closes_sockets_ = true;
}

RealtimeOutput<RealtimeLink::Event> RealtimeLink::Poll() {
  Idle wake;
  if (auto said = PollPartings(wake)) return std::move(*said);
  if (!orders_.empty()) {
    WireOrder first = std::move(orders_.front());
    orders_.pop_front();
    return first;
  }
  if (std::exchange(closes_sockets_, false)) return WireOrder(CloseSockets{});
  while (present_) {
    auto said = present_->transport->Poll();
    if (const auto* idle = std::get_if<Idle>(&said)) return Earlier(wake, *idle);
    auto told = Translate(*present_, std::move(said), Standing::kPresent);
    if (told) return std::move(*told);
  }
  return wake;
}

// Nothing: they are idle until `wake`.
std::optional<RealtimeLink::Said> RealtimeLink::PollPartings(Idle& wake) {
  for (auto one = partings_.begin(); one != partings_.end();) {
    auto said = one->transport->Poll();
    const auto* event = std::get_if<Event>(&said);
    if (event != nullptr && std::holds_alternative<RealtimeTransport::Closed>(*event)) {
      Drop(*one);
      one = partings_.erase(one);
    } else if (const auto* idle = std::get_if<Idle>(&said)) {
      wake = Earlier(wake, Earlier(*idle, {one->ends_at, "rts.farewell"}));
      ++one;
    } else if (auto told = Translate(*one, std::move(said), Standing::kParting)) {
      return told;
    }
  }
  return std::nullopt;
}

std::optional<RealtimeLink::Said> RealtimeLink::Translate(Connection& of, Said&& said,
                                                          Standing standing) {
  if (auto* transmit = std::get_if<StreamTransmit>(&said)) {
    const auto theirs = TheirsOf(of.streams, transmit->id);
    if (!theirs) return std::nullopt;
    transmit->id = *theirs;
  } else if (auto* order = std::get_if<WireOrder>(&said)) {
    auto told = Translate(of, std::move(*order), standing);
    if (!told) return std::nullopt;
    return Said(std::move(*told));
  } else if (standing == Standing::kParting) {
    // Its goodbye leaves while its sockets are open; its news are nobody's any more.
    const bool is_goodbye = std::holds_alternative<DatagramTransmit>(said) && closes_sockets_;
    if (!is_goodbye) return std::nullopt;
  }
  return std::move(said);
}

std::optional<WireOrder> RealtimeLink::Translate(Connection& of, WireOrder&& order,
                                                 Standing standing) {
  if (auto* open = std::get_if<OpenStream>(&order)) {
    const auto theirs = static_cast<StreamId>(next_stream_++);
    of.streams.emplace_back(open->id, theirs);
    open->id = theirs;
  } else if (auto* close = std::get_if<CloseStream>(&order)) {
    const auto theirs = TheirsOf(of.streams, close->id);
    if (!theirs) return std::nullopt;
    std::erase_if(of.streams, [&](const auto& stream) { return stream.second == *theirs; });
    close->id = *theirs;
  } else if (standing == Standing::kParting) {
    return std::nullopt;  // Sockets and names are the next connection's.
  }
  return std::move(order);
}

void RealtimeLink::Drop(Connection& one) {
  for (const auto& [own, theirs] : one.streams) orders_.emplace_back(CloseStream{theirs});
}

}  // namespace onair::session
