// SPDX-License-Identifier: Apache-2.0
//
// Brings a session machine to life on a loop: opens and closes the byte streams it asks for,
// writes what it transmits, wakes it at its deadlines, hands every other event on.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/machine/machine.h"
#include "platform/runtime/byte_stream.h"
#include "platform/runtime/clock.h"
#include "platform/runtime/loop.h"
#include "platform/runtime/machine_timer.h"

namespace onair::runtime {

// `Session`: session::Publish, session::Play, or any machine with their events OpenStream and
// CloseStream, HandleConnected(), HandleClosed() and Stop(); with the standby's events and inputs
// where it has those.
// single-owner, on the loop's thread. Once the loop is stopped it may be destroyed anywhere.
template <typename Session>
class SessionDriver {
 public:
  using Event = typename Session::Event;
  // callback on the loop's thread; never sees what is for the driver. May call Do() and
  // Stop(); must not destroy the driver.
  using Handler = std::function<void(Event&& event, Timestamp now)>;

  // `session` and `loop` outlive the driver. `streams` must be valid.
  SessionDriver(Loop& loop, const ByteStreamConfig& streams, Session& session, Handler on_event)
      : loop_(loop),
        streams_(streams),
        session_(session),
        on_event_(std::move(on_event)),
        timer_(loop, [this](Timestamp now) {
          TellFacts();
          session_.HandleTimeout(now);
          Drain();
        }) {}
  ~SessionDriver() { loop_.Cancel(stop_timer_); }
  SessionDriver(const SessionDriver&) = delete;
  SessionDriver& operator=(const SessionDriver&) = delete;

  // Runs `command(session, now)` and what follows from it: every call to the session goes
  // through here. From inside the handler what follows waits until the handler is done.
  template <typename Command>
  void Do(Command&& command) {
    TellFacts();
    std::forward<Command>(command)(session_, Now());
    Drain();
  }

  // Stops the session; its last bytes get `flush_within` to leave, then `on_stopped` runs,
  // once, maybe before this returns. The driver may be destroyed there (not from inside the
  // handler), or at any earlier time to cut the farewell short.
  void Stop(TimeDelta flush_within, std::function<void()> on_stopped) {
    flush_within_ = flush_within;
    on_stopped_ = std::move(on_stopped);
    Do([](Session& session, Timestamp now) { session.Stop(now); });
  }

  // ByteStream::LimitKernelUnsent() of this and later streams.
  void LimitKernelUnsent(DataSize limit) {
    streams_.kernel_unsent_limit = limit;
    if (link_) link_->stream.LimitKernelUnsent(limit);
  }

  // ByteStream::LimitReceiveWindow() of this and later streams.
  void LimitReceiveWindow(DataSize limit) {
    streams_.receive_window = limit;
    if (link_) link_->stream.LimitReceiveWindow(limit);
  }

  // Of the present byte stream.
  ByteStreamStats stream_stats() const { return link_ ? link_->stream.stats() : ByteStreamStats{}; }
  std::optional<SocketFacts> facts() const { return link_ ? link_->stream.facts() : std::nullopt; }
  const WakeUps& wake_ups() const { return timer_.wake_ups(); }

 private:
  static constexpr bool kHasStandby = requires { typename Session::OpenStandby; };

  // Outputs in one go before other work of the loop gets a turn. A session answers some tens;
  // only a fault answers without end.
  static constexpr int kOutputsPerTurn = 10'000;

  // A byte stream and who it belongs to. Only the present link and the standby speak to the
  // session; one that is leaving only says when it is gone.
  struct Link final : ByteStreamListener {
    explicit Link(SessionDriver& d) : driver(d), stream(d.loop_, d.streams_) {}

    bool present() const { return driver.link_.get() == this; }
    bool standby() const { return driver.standby_.get() == this; }
    void OnResolved(Timestamp now) override {
      if constexpr (requires(Session & s) { s.HandleResolved(now); }) {
        if (present()) driver.Do([now](Session& s, Timestamp) { s.HandleResolved(now); });
      }
    }
    void OnTcpConnected(Timestamp now) override {
      if constexpr (requires(Session & s) { s.HandleTcpConnected(now); }) {
        if (present()) driver.Do([now](Session& s, Timestamp) { s.HandleTcpConnected(now); });
      }
    }
    void OnConnected(Timestamp now) override {
      if (present()) return driver.Do([now](Session& s, Timestamp) { s.HandleConnected(now); });
      if constexpr (kHasStandby) {
        if (standby()) driver.Do([now](Session& s, Timestamp) { s.HandleStandbyConnected(now); });
      }
    }
    void OnBytes(ByteView in, Timestamp now) override {
      if (present()) return driver.Do([&](Session& s, Timestamp) { s.HandleBytes(in, now); });
      if constexpr (kHasStandby) {
        if (standby()) driver.Do([&](Session& s, Timestamp) { s.HandleStandbyBytes(in, now); });
      }
    }
    void OnUnsent(DataSize unsent, Timestamp now) override {
      if (present()) driver.Do([&](Session& s, Timestamp) { s.HandleUnsent(unsent, now); });
    }
    void OnClosed(const Error& error, Timestamp now) override {
      if (present()) {
        return driver.Do([&](Session& s, Timestamp) { s.HandleClosed(error, now); });
      }
      if constexpr (kHasStandby) {
        if (standby()) {
          return driver.Do([&](Session& s, Timestamp) { s.HandleStandbyClosed(error, now); });
        }
      }
      driver.OnLeft(this);
    }

    SessionDriver& driver;
    ByteStream stream;
  };

  // In front of every input: what the kernel knows is worth little when it is old.
  void TellFacts() {
    if constexpr (requires(Session & s) { s.HandleSocketFacts(SocketFacts{}, Now()); }) {
      if (const auto known = facts()) session_.HandleSocketFacts(*known, Now());
    }
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
      if (auto* transmit = std::get_if<Transmit>(&out)) {
        if (link_) link_->stream.Write(std::move(transmit->bytes));
      } else {
        Obey(std::move(std::get<Event>(out)), now);
      }
    }
    draining_ = false;
    timer_.Arm(idle);
    if (on_stopped_) FinishStop();
  }

  void Obey(Event&& event, Timestamp now) {
    if (const auto* open = std::get_if<typename Session::OpenStream>(&event)) {
      link_ = std::make_unique<Link>(*this);
      link_->stream.Open(open->endpoint, *link_);
    } else if (std::holds_alternative<typename Session::CloseStream>(event)) {
      Leave();
    } else if (!ObeyForStandby(event)) {
      on_event_(std::move(event), now);
    }
  }

  // False: the event is not the standby's.
  bool ObeyForStandby(Event& event) {
    if constexpr (kHasStandby) {
      if (const auto* open = std::get_if<typename Session::OpenStandby>(&event)) {
        standby_ = std::make_unique<Link>(*this);
        standby_->stream.Open(open->endpoint, *standby_);
      } else if (auto* transmit = std::get_if<typename Session::StandbyTransmit>(&event)) {
        if (standby_) standby_->stream.Write(std::move(transmit->bytes));
      } else if (std::holds_alternative<typename Session::CloseStandby>(event)) {
        standby_.reset();
      } else if (std::holds_alternative<typename Session::PromoteStandby>(event)) {
        Leave();
        link_ = std::move(standby_);
        if (link_) link_->stream.LimitKernelUnsent(streams_.kernel_unsent_limit);
      } else {
        return false;
      }
      return true;
    }
    return false;
  }

  void Leave() {
    if (!link_) return;
    leaving_ = std::move(link_);
    leaving_->stream.CloseAfterFlush(flush_within_);
  }

  void FinishStop() {
    link_.reset();
    standby_.reset();
    timer_.Stop();
    if (leaving_ && leaving_->stream.is_open()) return WatchFarewell();
    loop_.Cancel(std::exchange(stop_timer_, TimerId::kNone));
    std::exchange(on_stopped_, nullptr)();  // May destroy this.
  }

  // The stream may have been leaving before Stop(), by a deadline further away.
  void WatchFarewell() {
    if (stop_timer_ != TimerId::kNone) return;
    stop_timer_ = loop_.PostAfter(flush_within_, [this] {
      stop_timer_ = TimerId::kNone;
      leaving_.reset();
      FinishStop();
    });
  }

  void OnLeft(const Link* link) {
    if (leaving_.get() != link) return;
    leaving_.reset();
    if (on_stopped_) FinishStop();
  }

  Loop& loop_;
  ByteStreamConfig streams_;
  Session& session_;
  Handler on_event_;
  std::function<void()> on_stopped_;
  TimeDelta flush_within_ = TimeDelta::Seconds(1);  // Until Stop(): for a reconnect's farewell.
  TimerId stop_timer_ = TimerId::kNone;
  bool draining_ = false;
  MachineTimer timer_;
  std::unique_ptr<Link> link_;
  std::unique_ptr<Link> standby_;
  std::unique_ptr<Link> leaving_;  // At most one: a newer farewell cuts an older one short.
};

}  // namespace onair::runtime
