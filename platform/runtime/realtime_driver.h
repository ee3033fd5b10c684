// SPDX-License-Identifier: Apache-2.0
//
// Brings a machine of several byte streams and sockets to life on a loop (core/machine/wires.h):
// obeys its orders, writes what it transmits, wakes it at its deadlines, hands its events on.
#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/machine/wires.h"
#include "platform/runtime/byte_stream.h"
#include "platform/runtime/clock.h"
#include "platform/runtime/datagram_sockets.h"
#include "platform/runtime/local_addresses.h"
#include "platform/runtime/loop.h"
#include "platform/runtime/machine_timer.h"
#include "platform/runtime/resolver.h"

namespace onair::runtime {

// `Session` has Stop(), and is_ended() where its farewell takes time: Stop() waits for it.
// single-owner, on the loop's thread. Once the loop is stopped it may be destroyed anywhere.
template <RealtimeMachine Session>
class RealtimeDriver {
 public:
  using Event = typename Session::Event;
  // callback on the loop's thread. May call Do() and Stop(); must not destroy the driver.
  using Handler = std::function<void(Event&& event, Timestamp now)>;

  // Streams that still flush; one more cuts the oldest short. Source: ours; those of a session and
  // of two it has just left.
  static constexpr std::size_t kMostLeaving = 8;

  // `session` and `loop` outlive the driver. `streams` must be valid.
  RealtimeDriver(Loop& loop, const ByteStreamConfig& streams, Session& session, Handler on_event)
      : loop_(loop),
        streams_config_(streams),
        session_(session),
        on_event_(std::move(on_event)),
        sockets_(loop, [this](const Datagram& in, Timestamp) { Tell(in); }),
        timer_(loop, [this](Timestamp now) {
          session_.HandleTimeout(now);
          Drain();
        }) {}
  ~RealtimeDriver() { loop_.Cancel(stop_timer_); }
  RealtimeDriver(const RealtimeDriver&) = delete;
  RealtimeDriver& operator=(const RealtimeDriver&) = delete;

  // As SessionDriver's.
  template <typename Command>
  void Do(Command&& command) {
    std::forward<Command>(command)(session_, Now());
    Drain();
  }
  void Stop(TimeDelta flush_within, std::function<void()> on_stopped) {
    flush_within_ = flush_within;
    on_stopped_ = std::move(on_stopped);
    Do([](Session& session, Timestamp now) { session.Stop(now); });
  }

  const DatagramSockets& sockets() const { return sockets_; }
  // Of the byte stream that was opened last.
  ByteStreamStats stream_stats() const {
    return links_.empty() ? ByteStreamStats{} : links_.rbegin()->second->stream.stats();
  }
  const WakeUps& wake_ups() const { return timer_.wake_ups(); }

 private:
  static constexpr int kOutputsPerTurn = 10'000;  // As in SessionDriver.

  // A byte stream and its number. One that is leaving only says when it is gone.
  struct Link final : ByteStreamListener {
    Link(RealtimeDriver& d, StreamId i) : driver(d), id(i), stream(d.loop_, d.streams_config_) {}

    void OnResolved(Timestamp) override { Say(StreamResolved{id}); }
    void OnTcpConnected(Timestamp) override { Say(StreamReached{id}); }
    void OnConnected(Timestamp) override { Say(StreamConnected{id}); }
    void OnBytes(ByteView in, Timestamp) override { Say(StreamBytes{id, in}); }
    void OnUnsent(DataSize unsent, Timestamp) override { Say(StreamUnsent{id, unsent}); }
    void OnClosed(const Error& error, Timestamp) override { driver.OnClosed(*this, error); }
    void Say(const WireInput& in) {
      if (!is_leaving) driver.Tell(in);
    }

    RealtimeDriver& driver;
    const StreamId id;
    bool is_leaving = false;
    ByteStream stream;
  };

  void Tell(const WireInput& in) {
    Do([&in](Session& s, Timestamp now) { s.HandleWire(in, now); });
  }

  void Drain() {
    if (draining_) return;  // The outer call goes on until Idle.
    draining_ = true;
    const Timestamp now = Now();
    Idle idle{now, "driver.yield"};
    for (int i = 0; i < kOutputsPerTurn; ++i) {
      auto out = session_.Poll();
      if (const auto* drained = std::get_if<Idle>(&out)) {
        idle = *drained;
        break;
      }
      if (const auto* datagram = std::get_if<DatagramTransmit>(&out)) {
        sockets_.Send(*datagram);
      } else if (const auto* transmit = std::get_if<StreamTransmit>(&out)) {
        const auto link = links_.find(transmit->id);
        if (link != links_.end()) link->second->stream.Write(transmit->bytes);
      } else if (const auto* order = std::get_if<WireOrder>(&out)) {
        std::visit([&](const auto& what) { Obey(what, now); }, *order);
      } else {
        on_event_(std::get<Event>(std::move(out)), now);
      }
    }
    draining_ = false;
    timer_.Arm(idle);
    if (on_stopped_) FinishStop();
  }

  void Obey(const OpenStream& open, Timestamp) {
    auto& link = links_[open.id] = std::make_unique<Link>(*this, open.id);
    link->stream.Open(open.endpoint, *link);
  }

  void Obey(const CloseStream& close, Timestamp) {
    const auto found = links_.find(close.id);
    if (found == links_.end()) return;
    auto link = std::move(found->second);
    links_.erase(found);
    if (leaving_.size() == kMostLeaving) leaving_.pop_front();
    link->is_leaving = true;
    link->stream.CloseAfterFlush(flush_within_);
    leaving_.push_back(std::move(link));
  }

  // What is bound stays where the system does not answer.
  void Obey(const OpenSockets& open, Timestamp now) {
    if (const auto present = ListLocalAddresses(Loopback::kInclude)) {
      CloseGone(*present, now);
      if (open.only) {
        const std::string interface = InterfaceOf(*open.only, *present);
        BindOn({interface, *open.only}, now);
        sockets_.LeaveBy(*open.only, interface);
      } else {
        for (const LocalAddress& local : *present) BindOn(local, now);
      }
    }
    session_.HandleWire(SocketsOpen{}, now);
  }
  void Obey(const CloseSocket& close, Timestamp) { sockets_.Unbind(close.local); }
  void Obey(const CloseSockets&, Timestamp) { sockets_.Clear(); }

  // The answer comes on any thread and maybe after this driver.
  void Obey(const ResolveName& name, Timestamp) {
    const auto resolver = streams_config_.resolver ? streams_config_.resolver : loop_.resolver();
    resolver->Resolve(name.host, [on_loop = loop_.executor(), weak = std::weak_ptr(self_),
                                  host = name.host](const Result<std::vector<IpAddress>>& answer) {
      on_loop([weak, host, found = answer ? *answer : std::vector<IpAddress>{}] {
        const auto self = weak.lock();
        if (self) (*self)->Tell(NameResolved{host, found});
      });
    });
  }

  // Loopback has more addresses than are listed.
  void CloseGone(const std::vector<LocalAddress>& present, Timestamp now) {
    for (const SocketAddress& bound : sockets_.addresses()) {
      const auto is_same = [&](const LocalAddress& local) { return local.ip == bound.ip; };
      if (bound.ip.is_loopback() || std::ranges::any_of(present, is_same)) continue;
      sockets_.Unbind(bound);
      session_.HandleWire(SocketGone{bound}, now);
    }
  }
  void BindOn(const LocalAddress& local, Timestamp now) {
    if (sockets_.has_socket_on(local.ip)) return;
    const auto bound = sockets_.Bind({local.ip, 0});
    if (bound) session_.HandleWire(SocketBound{*bound, local.interface}, now);
  }
  static std::string InterfaceOf(const IpAddress& ip, const std::vector<LocalAddress>& present) {
    const auto found = std::ranges::find(present, ip, &LocalAddress::ip);
    return found == present.end() ? std::string() : found->interface;
  }

  // The link is destroyed here at last.
  void OnClosed(Link& link, const Error& error) {
    const StreamId id = link.id;
    if (!link.is_leaving) {
      const auto gone = std::move(links_.at(id));
      links_.erase(id);
      return Tell(StreamClosed{id, error});
    }
    std::erase_if(leaving_, [&](const auto& one) { return one.get() == &link; });
    if (on_stopped_) FinishStop();
  }

  void FinishStop() {
    if constexpr (requires { session_.is_ended(); }) {
      if (!session_.is_ended()) return;  // It says so itself, in time.
    }
    links_.clear();
    sockets_.Clear();
    timer_.Stop();
    if (!leaving_.empty()) return WatchFarewell();
    loop_.Cancel(std::exchange(stop_timer_, TimerId::kNone));
    std::exchange(on_stopped_, nullptr)();  // May destroy this.
  }

  // Streams may have been leaving before Stop(), by a deadline further away.
  void WatchFarewell() {
    if (stop_timer_ != TimerId::kNone) return;
    stop_timer_ = loop_.PostAfter(flush_within_, [this] {
      stop_timer_ = TimerId::kNone;
      leaving_.clear();
      FinishStop();
    });
  }

  Loop& loop_;
  const ByteStreamConfig streams_config_;
  Session& session_;
  Handler on_event_;
  std::function<void()> on_stopped_;
  TimeDelta flush_within_ = TimeDelta::Seconds(1);  // Until Stop(): for a reconnect's farewell.
  TimerId stop_timer_ = TimerId::kNone;
  bool draining_ = false;
  const std::shared_ptr<RealtimeDriver*> self_ = std::make_shared<RealtimeDriver*>(this);
  DatagramSockets sockets_;
  MachineTimer timer_;
  std::map<StreamId, std::unique_ptr<Link>> links_;
  std::deque<std::unique_ptr<Link>> leaving_;
};

}  // namespace onair::runtime
