// SPDX-License-Identifier: Apache-2.0
#include "samples/edge/edge.h"

#include <unordered_map>
#include <utility>

#include "platform/runtime/clock.h"
#include "platform/runtime/listener.h"
#include "samples/edge/connection.h"
#include "samples/edge/hub.h"
#include "samples/edge/rtc_service.h"

namespace onair::edge {
namespace {

runtime::TcpListenerConfig ListenerConfig(const EdgeConfig& config) {
  runtime::TcpListenerConfig out;
  out.max_connections = config.max_connections;
  // What the relay may hand to one viewer at once, and a farewell.
  out.streams.queue_limit = config.viewer_unsent_limit + DataSize::Mebibytes(16);
  if (config.identity) out.tls = tls::ServerConfig{*config.identity, config.setup_timeout};
  return out;
}

void AddPort(PortStats& out, const runtime::TcpListenerStats& in) {
  out = {in.open, in.accepted, in.refused, in.accept_failed};
}

}  // namespace

class Edge::Core {
 public:
  Core(runtime::Loop& loop, const EdgeConfig& config)
      : config_(config),
        hub_(loop, config_, [this] { return Held(); }),
        rtc_(loop, config_, hub_),
        bursts_(config.burst_rate),
        around_{loop, config_, hub_, rtc_, bursts_, lines_, counters_, [this] { return Stats(); }},
        rtmp_(loop, ListenerConfig(config),
              [this](std::unique_ptr<runtime::ByteStream> s) { Accept(NewRtmpConnection, s); }),
        http_(loop, ListenerConfig(config),
              [this](std::unique_ptr<runtime::ByteStream> s) { Accept(NewHttpConnection, s); }) {}

  ~Core() {
    around_.loop.Cancel(tick_timer_);
    around_.loop.Cancel(stop_timer_);
    is_ending_ = true;
    connections_.clear();
  }

  Result<Ports> Start() {
    const auto rtmp = Listen(rtmp_, config_.rtmp_port, "RTMP");
    if (!rtmp) return Forward(rtmp);
    const auto http = Listen(http_, config_.http_port, "HTTP");
    if (!http) return Forward(http);
    const auto rtc = rtc_.Start(*http);
    if (!rtc && rtc.error().code != ErrorCode::kUnsupported) {
      return Fail(rtc.error().code, "cannot listen for WebRTC: " + rtc.error().detail,
                  rtc.error().native_code);
    }
    around_.rtmp_port = *rtmp;
    Tick();
    return Ports{*rtmp, *http, rtc.value_or(0)};
  }

  void Stop(TimeDelta flush_within, std::function<void()> on_stopped) {
    rtmp_.Close();
    http_.Close();
    is_ending_ = true;
    on_stopped_ = std::move(on_stopped);
    const Timestamp now = runtime::Now();
    for (auto& [id, connection] : connections_) connection->Close(flush_within, now);
    rtc_.Close(now);
    if (connections_.empty()) return FinishStop();
    stop_timer_ = around_.loop.PostAfter(flush_within, [this] {
      connections_.clear();
      FinishStop();
    });
  }

  void RequestReconnect(const std::string& tc_url) {
    const Timestamp now = runtime::Now();
    for (auto& [id, connection] : connections_) connection->RequestReconnect(tc_url, now);
  }

  EdgeStats Stats() const {
    EdgeStats out;
    hub_.AddTo(out);
    out.viewers_stalled = counters_.viewers_stalled;
    out.bursts_cut = counters_.bursts_cut;
    out.bursts_paced = counters_.bursts_paced;
    out.http_requests = counters_.http_requests;
    out.http_errors = counters_.http_errors;
    out.publishers_refused += counters_.publishers_refused;
    AddPort(out.rtmp, rtmp_.stats());
    AddPort(out.http, http_.stats());
    out.rtc = rtc_.stats();
    return out;
  }

 private:
  using Make = std::unique_ptr<Connection> (*)(const Surroundings&,
                                               std::unique_ptr<runtime::ByteStream>,
                                               std::function<void()>);

  Result<std::uint16_t> Listen(runtime::TcpListener& listener, std::uint16_t port,
                               const char* what) {
    auto used = listener.Listen(config_.listen, port);
    if (used) return used;
    return Fail(used.error().code,
                std::string("cannot listen for ") + what + " at " + HostPort(config_.listen, port),
                used.error().native_code);
  }

  DataSize Held() const {
    DataSize held = rtc_.held();
    for (const auto& [id, connection] : connections_) {
      held += kConnectionCharge + (connection ? connection->held() : DataSize::Zero());
    }
    return held;
  }

  void Accept(Make make, std::unique_ptr<runtime::ByteStream>& stream) {
    if (is_ending_) return;
    const std::uint64_t id = next_id_++;
    auto& connection = connections_[id];
    connection = make(around_, std::move(stream), [this, id] { Remove(id); });
    connection->Start();
  }

  void Remove(std::uint64_t id) {
    connections_.erase(id);
    if (on_stopped_ && connections_.empty()) FinishStop();
  }

  void FinishStop() {
    around_.loop.Cancel(std::exchange(stop_timer_, runtime::TimerId::kNone));
    around_.loop.Cancel(std::exchange(tick_timer_, runtime::TimerId::kNone));
    // May destroy this.
    if (const auto done = std::exchange(on_stopped_, nullptr)) done();
  }

  void Tick() {
    const Timestamp now = runtime::Now();
    std::erase_if(connections_, [now](auto& item) { return !item.second->IsAlive(now); });
    rtc_.Measure(now);
    hub_.Measure(now);
    tick_timer_ = around_.loop.PostAfter(TimeDelta::Seconds(1), [this] { Tick(); });
  }

  const EdgeConfig config_;
  Hub hub_;
  RtcService rtc_;
  BurstShare bursts_;
  LineMemory lines_;
  EdgeStats counters_;
  Surroundings around_;
  runtime::TcpListener rtmp_;
  runtime::TcpListener http_;
  std::unordered_map<std::uint64_t, std::unique_ptr<Connection>> connections_;
  std::uint64_t next_id_ = 1;
  bool is_ending_ = false;
  runtime::TimerId tick_timer_ = runtime::TimerId::kNone;
  runtime::TimerId stop_timer_ = runtime::TimerId::kNone;
  std::function<void()> on_stopped_;
};

Edge::Edge(runtime::Loop& loop, const EdgeConfig& config)
    : core_(std::make_unique<Core>(loop, config)) {}
Edge::~Edge() = default;

Result<Ports> Edge::Start() {
  return core_->Start();
}
void Edge::RequestReconnect(const std::string& tc_url) {
  core_->RequestReconnect(tc_url);
}
void Edge::Stop(TimeDelta flush_within, std::function<void()> on_stopped) {
  core_->Stop(flush_within, std::move(on_stopped));
}
EdgeStats Edge::stats() const {
  return core_->Stats();
}

std::string HostPort(const std::string& address, std::uint16_t port) {
  const bool is_ipv6 = address.find(':') != std::string::npos;
  return (is_ipv6 ? "[" + address + "]" : address) + ":" + std::to_string(port);
}

}  // namespace onair::edge
