// SPDX-License-Identifier: Apache-2.0
//
// What realtime sessions of both directions stand on: the connections of one session, one after
// another. The present one is driven and heard; those that were left say goodbye beside it, each
// within a bound, so that a server never has to find out by silence that nobody is there.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "core/api/realtime_transport.h"

namespace onair::session {

// Makes the protocol machine for one attempt.
using MakeRealtimeTransport = std::function<std::unique_ptr<RealtimeTransport>(Timestamp now)>;

// A RealtimeMachine. Single-owner.
class RealtimeLink {
 public:
  using Event = RealtimeTransport::Event;  // Of the present connection; never Closed.

  // A connection that was left for the next one is cut after this. Source: ours; an answer that is
  // on its way and a DELETE behind it take three round trips, of 150 ms on a slow radio link.
  static constexpr TimeDelta kParting = TimeDelta::Millis(500);
  // Those that say goodbye at a time; one more cuts the oldest. Source: ours; with the backoff's
  // waits there is one, two where the app changes networks in a hurry.
  static constexpr std::size_t kMostPartings = 2;

  explicit RealtimeLink(MakeRealtimeTransport make) : make_(std::move(make)) {}

  void HandleWire(const WireInput& in, Timestamp now);
  void HandleTimeout(Timestamp now);

  // Makes the next connection, which its user starts; the one before was left. False: none was
  // made.
  [[nodiscard]] bool Open(Timestamp now);
  // The present connection, if there is one, and all that are leaving have said goodbye or are cut
  // at `at_most` from now.
  void Leave(TimeDelta at_most, Timestamp now);

  [[nodiscard]] RealtimeOutput<Event> Poll();

  bool is_open() const { return present_.has_value(); }
  // Nothing is open, and nobody is saying goodbye.
  bool is_quiet() const { return !present_ && partings_.empty() && orders_.empty(); }
  // Whether a byte stream, by the driver's number, is the present connection's.
  bool is_present(StreamId id) const;
  // The present connection's; it is open.
  RealtimeTransport* operator->() { return present_->transport.get(); }
  const RealtimeTransport* operator->() const { return present_->transport.get(); }
  // Goodbyes that were cut before they were said. Only grows.
  std::int64_t farewells_cut() const { return farewells_cut_; }

 private:
  // A transport and the driver's numbers for its byte streams.
  struct Connection {
    std::unique_ptr<RealtimeTransport> transport;
    std::vector<std::pair<StreamId, StreamId>> streams = {};  // Its own, the driver's.
    Timestamp ends_at = Timestamp::PlusInfinity();            // Of a parting one.
  };
  enum class Standing { kPresent = 1, kParting };
  using Said = RealtimeOutput<Event>;

  template <typename Input>
  void Pass(const Input& in, Timestamp now);
  // What the driver is to hear of it; nothing where that is nothing.
  std::optional<Said> Translate(Connection& of, Said&& said, Standing standing);
  std::optional<WireOrder> Translate(Connection& of, WireOrder&& order, Standing standing);
  std::optional<Said> PollPartings(Idle& wake);
  void Drop(Connection& one);

  const MakeRealtimeTransport make_;
  std::optional<Connection> present_;
  std::deque<Connection> partings_;
  std::deque<WireOrder> orders_;  // Of connections that are gone; bounded by their streams.
  bool closes_sockets_ = false;   // Once the partings' last datagrams have left.
  int next_stream_ = 1;
  std::int64_t farewells_cut_ = 0;
};

// What the link says to the driver, as a session with events of its own says it. Not for events.
template <typename SessionEvent>
RealtimeOutput<SessionEvent> HandOn(RealtimeOutput<RealtimeLink::Event>&& told) {
  if (const auto* transmit = std::get_if<StreamTransmit>(&told)) return *transmit;
  if (const auto* datagram = std::get_if<DatagramTransmit>(&told)) return *datagram;
  if (auto* order = std::get_if<WireOrder>(&told)) return std::move(*order);
  return std::get<Idle>(told);
}

}  // namespace onair::session
