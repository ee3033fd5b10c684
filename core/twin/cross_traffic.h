// SPDX-License-Identifier: Apache-2.0
//
// What else uses a network. Everything goes up, from the client to the server, as the media
// that a publisher sends.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "core/twin/rate_schedule.h"
#include "core/twin/tcp_connection.h"

namespace onair::twin {

// Datagrams at a rate that asks nobody. Single-owner.
class ConstantTraffic {
 public:
  struct Config {
    RateSchedule rate = RateSchedule(DataRate::KilobitsPerSec(1000));  // Zero: silence.
    DataSize packet = DataSize::Bytes(1200);                           // Range [1 B, 64 KiB].
    Timestamp start = Timestamp::Zero();
    Timestamp end = Timestamp::PlusInfinity();
  };
  ConstantTraffic(SharedNetwork& network, const Config& config);

  FlowId flow() const { return flow_; }

 private:
  void Send();

  SharedNetwork& network_;
  Config config_;
  FlowId flow_;
  Alarm next_;
};

// A TCP sender that always has more to send. Single-owner.
class LongTcp final : private StreamUser {
 public:
  struct Config {
    TcpSetup tcp;
    Timestamp start = Timestamp::Zero();
    Timestamp end = Timestamp::PlusInfinity();
  };
  LongTcp(SharedNetwork& network, const Config& config);
  ~LongTcp() override;

  FlowId flow() const { return connection_.flow(); }
  TcpInfo info() { return *connection_.client().tcp_info(); }

 private:
  void Begin();
  void TopUp();
  void OnBytes(ByteView) override {}
  void OnUnsent() override;
  void OnClosed(const Error&) override {}

  SharedNetwork& network_;
  Config config_;
  TcpConnection connection_;
  Alarm next_;
};

// RFC 8868 section 5.1, short flows: each one fetches 30 to 50 KB over a connection of its
// own, idles for an exponential time of mean 10 s, and begins again. Single-owner.
class WebTraffic {
 public:
  struct Config {
    int flows = 10;       // RFC 8867 section 5.7.
    int starting_on = 2;  // RFC 8867 section 5.7: "two of them start in the ON state".
    DataSize smallest = DataSize::Bytes(30'000);
    DataSize largest = DataSize::Bytes(50'000);
    TimeDelta mean_idle = TimeDelta::Seconds(10);
    TcpSetup tcp;
    Timestamp start = Timestamp::Zero();
    Timestamp end = Timestamp::PlusInfinity();  // No fetch begins after it.
  };
  struct Stats {
    std::int64_t begun = 0;
    std::int64_t finished = 0;
    DataSize bytes = DataSize::Zero();  // Of the finished ones.
    TimeDelta longest = TimeDelta::Zero();
    TimeDelta total = TimeDelta::Zero();
  };

  WebTraffic(SharedNetwork& network, const Config& config);
  ~WebTraffic();

  const Stats& stats() const { return stats_; }

 private:
  class Fetch;
  // One of the flows: a fetch or the wait for one.
  struct Browser {
    std::unique_ptr<Fetch> fetch;
    std::unique_ptr<Fetch> done;  // Ended inside its own call; replaced by the next.
    std::unique_ptr<Alarm> next;
  };
  void Begin(std::size_t i);
  void OnFetched(std::size_t i, DataSize size, TimeDelta took);
  void Idle(std::size_t i);

  SharedNetwork& network_;
  Config config_;
  Rng rng_;
  std::vector<Browser> browsers_;
  Stats stats_;
};

}  // namespace onair::twin
