// SPDX-License-Identifier: Apache-2.0
#include "core/twin/cross_traffic.h"

#include <algorithm>
#include <utility>

#include "core/twin/chance.h"

namespace onair::twin {

ConstantTraffic::ConstantTraffic(SharedNetwork& network, const Config& config)
    : network_(network),
      config_(config),
      flow_(network.NewFlow()),
      next_(network.world(), "cross.constant", [this] { Send(); }) {
  const Timestamp start = std::max(config_.start, network_.world().now());
  next_.Set(config_.rate.FinishOf(config_.packet, start));
}

void ConstantTraffic::Send() {
  const Timestamp now = network_.world().now();
  if (now >= config_.end) return;
  Packet packet{Bytes(static_cast<std::size_t>(config_.packet.bytes()))};
  packet.flow = flow_;
  next_.Set(config_.rate.FinishOf(config_.packet, now));
  network_.up().Send(std::move(packet));
}

LongTcp::LongTcp(SharedNetwork& network, const Config& config)
    : network_(network),
      config_(config),
      connection_(network, config.tcp),
      next_(network.world(), "cross.tcp", [this] { Begin(); }) {
  connection_.client().Attach(this);
  next_.Set(std::max(config_.start, network_.world().now()));
}

LongTcp::~LongTcp() {
  connection_.client().Detach();
}

void LongTcp::Begin() {
  connection_.ConnectAndAccept();
  TopUp();
}

// Enough that it never runs dry between two acknowledgements.
void LongTcp::TopUp() {
  constexpr std::size_t kPiece = std::size_t{256} << 10;
  if (network_.world().now() >= config_.end) return;
  while (connection_.client().unsent() < DataSize::Bytes(kPiece)) {
    connection_.client().Write(Bytes(kPiece));
  }
}

void LongTcp::OnUnsent() {
  if (network_.world().now() < config_.end) return TopUp();
  connection_.client().Detach();
  connection_.client().Reset();
}

class WebTraffic::Fetch final : public StreamUser {
 public:
  using OnDone = std::function<void(DataSize, TimeDelta)>;

  Fetch(SharedNetwork& network, const TcpSetup& tcp, DataSize size, OnDone on_done)
      : world_(network.world()),
        began_(world_.now()),
        size_(size),
        on_done_(std::move(on_done)),
        connection_(network, tcp) {
    connection_.server().Attach(this);
    connection_.Connect({.on_arrived = [this] { connection_.server().Accept(); },
                         .on_failed = [this](const Error& error) { OnClosed(error); }});
    connection_.client().Write(Bytes(static_cast<std::size_t>(size.bytes())));
    connection_.client().Finish();
  }
  ~Fetch() override { connection_.server().Detach(); }

  void OnBytes(ByteView) override {}
  void OnUnsent() override {}
  void OnClosed(const Error& error) override {
    const bool is_whole = error.code == ErrorCode::kPeerClosed;
    on_done_(is_whole ? size_ : DataSize::Zero(), world_.now() - began_);
  }

 private:
  World& world_;
  Timestamp began_;
  DataSize size_;
  OnDone on_done_;
  TcpConnection connection_;
};

WebTraffic::WebTraffic(SharedNetwork& network, const Config& config)
    : network_(network),
      config_(config),
      rng_(network.world().ForkRng()),
      browsers_(static_cast<std::size_t>(std::max(0, config.flows))) {
  const Timestamp start = std::max(config_.start, network_.world().now());
  for (std::size_t i = 0; i < browsers_.size(); ++i) {
    browsers_[i].next =
        std::make_unique<Alarm>(network_.world(), "cross.web", [this, i] { Begin(i); });
    const bool is_on = static_cast<int>(i) < config_.starting_on;
    const TimeDelta idle = config_.mean_idle.Scaled(is_on ? 0 : Exponential(rng_));
    browsers_[i].next->Set(start + idle);
  }
}

WebTraffic::~WebTraffic() = default;

void WebTraffic::Begin(std::size_t i) {
  if (network_.world().now() >= config_.end) return;
  ++stats_.begun;
  const auto size =
      DataSize::Bytes(Between(config_.smallest.bytes(), config_.largest.bytes(), rng_));
  browsers_[i].done.reset();
  browsers_[i].fetch =
      std::make_unique<Fetch>(network_, config_.tcp, size,
                              [this, i](DataSize got, TimeDelta took) { OnFetched(i, got, took); });
}

void WebTraffic::OnFetched(std::size_t i, DataSize size, TimeDelta took) {
  if (size > DataSize::Zero()) {
    ++stats_.finished;
    stats_.bytes += size;
    stats_.total += took;
    stats_.longest = std::max(stats_.longest, took);
  }
  // It is calling us: it lives on, and acknowledges its end, until the next one begins.
  browsers_[i].done = std::move(browsers_[i].fetch);
  Idle(i);
}

void WebTraffic::Idle(std::size_t i) {
  const TimeDelta idle = config_.mean_idle.Scaled(Exponential(rng_));
  browsers_[i].next->Set(network_.world().now() + idle);
}

}  // namespace onair::twin
