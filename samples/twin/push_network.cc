// SPDX-License-Identifier: Apache-2.0
#include "samples/twin/push_network.h"

#include <algorithm>
#include <deque>
#include <utility>

#include "core/twin/codel.h"
#include "core/twin/delay.h"
#include "core/twin/fq_codel.h"
#include "core/twin/jitter.h"
#include "core/twin/pie.h"
#include "core/twin/random_loss.h"
#include "core/twin/tail_drop.h"
#include "core/twin/trace_link.h"

namespace onair::samples {
namespace {

// Numbers of packets' flows: those of a publisher's connections lie together, others below.
constexpr twin::FlowId kPerFlow = 1'000'000;
twin::FlowId FirstFlow(std::size_t i) {
  return static_cast<twin::FlowId>(i + 1) * kPerFlow;
}

// A bottleneck that some publishers go around: their packets pass at once.
class Detour final : public twin::Link {
 public:
  Detour(std::unique_ptr<twin::Link> inner, std::vector<bool> goes_through)
      : inner_(std::move(inner)), goes_through_(std::move(goes_through)) {}

  void HandlePacket(twin::Packet packet, Timestamp now) override {
    const std::size_t i = packet.flow / kPerFlow;
    // Other traffic goes through.
    if (i == 0 || i > goes_through_.size() || goes_through_[i - 1]) {
      return inner_->HandlePacket(std::move(packet), now);
    }
    passing_.push_back(std::move(packet));
    ++passed_;
  }
  void HandleTimeout(Timestamp now) override { inner_->HandleTimeout(now); }
  twin::LinkOutput Poll() override {
    if (passing_.empty()) return inner_->Poll();
    twin::Packet packet = std::move(passing_.front());
    passing_.pop_front();
    return packet;
  }
  twin::LinkStats stats() const override {
    twin::LinkStats stats = inner_->stats();
    stats.taken += passed_;
    stats.passed += passed_;
    return stats;
  }

 private:
  std::unique_ptr<twin::Link> inner_;
  std::vector<bool> goes_through_;
  std::deque<twin::Packet> passing_;
  std::int64_t passed_ = 0;
};

// Tells how long packets took up to here; they pass at once.
class Tap final : public twin::Link {
 public:
  using OnPacket = std::function<void(const twin::Packet& packet, Timestamp now)>;
  explicit Tap(OnPacket on_packet) : on_packet_(std::move(on_packet)) {}

  void HandlePacket(twin::Packet packet, Timestamp now) override {
    on_packet_(packet, now);
    passing_.push_back(std::move(packet));
    ++taken_;
  }
  void HandleTimeout(Timestamp) override {}
  twin::LinkOutput Poll() override {
    if (passing_.empty()) return Idle{};
    twin::Packet packet = std::move(passing_.front());
    passing_.pop_front();
    return packet;
  }
  twin::LinkStats stats() const override {
    return {taken_, taken_ - static_cast<std::int64_t>(passing_.size()), 0};
  }

 private:
  OnPacket on_packet_;
  std::deque<twin::Packet> passing_;
  std::int64_t taken_ = 0;
};

// The way back of a trace: as long, without its losses and jitter.
twin::RateTrace DelayOf(twin::RateTrace trace) {
  for (auto& slot : trace.slots) {
    slot.loss = 0;
    slot.jitter = TimeDelta::Zero();
  }
  return trace;
}

bool HasMovingRoundTrip(const twin::RateTrace& trace) {
  return std::any_of(trace.slots.begin(), trace.slots.end(), [&](const auto& slot) {
    return slot.round_trip != trace.slots.front().round_trip;
  });
}

bool TellsConditions(const twin::RateTrace& trace) {
  return std::any_of(trace.slots.begin(), trace.slots.end(), [](const auto& slot) {
    return slot.round_trip > TimeDelta::Zero() || slot.loss > 0 || slot.jitter > TimeDelta::Zero();
  });
}

}  // namespace

PushNetwork::PushNetwork(twin::World& world, const PushCase& push_case, twin::TcpAlgorithm tcp,
                         OnQueued on_queued)
    : world_(world),
      case_(push_case),
      shared_delay_(
          std::min_element(push_case.flows.begin(), push_case.flows.end(),
                           [](const auto& a, const auto& b) { return a.one_way < b.one_way; })
              ->one_way),
      tcp_(tcp),
      on_queued_(std::move(on_queued)) {
  auto up = std::make_shared<twin::SharedPipe>(world, MakeUp());
  auto down = std::make_shared<twin::SharedPipe>(world, MakeDown());
  others_ = std::make_unique<twin::SharedNetwork>(up, down, 1, world);
  for (std::size_t i = 0; i < case_.flows.size(); ++i) {
    const bool is_forward = case_.flows[i].direction == PushCase::Direction::kForward;
    flows_.push_back(std::make_unique<twin::SharedNetwork>(
        is_forward ? up : down, is_forward ? down : up, FirstFlow(i), world));
  }
  for (const PushCase::Cross& cross : case_.cross) AddCross(cross);
}

TimeDelta PushNetwork::access_delay(std::size_t i) const {
  return case_.flows[i].one_way - shared_delay_;
}

std::unique_ptr<twin::PacketQueue> PushNetwork::MakeQueue(
    const PushCase::Bottleneck& bottleneck) const {
  const twin::CodelConfig codel{.limit = bottleneck.queue};
  switch (bottleneck.queueing) {
    case PushCase::Queueing::kTailDrop:
      return std::make_unique<twin::TailDrop>(bottleneck.queue);
    case PushCase::Queueing::kCodel:
      return std::make_unique<twin::Codel>(codel);
    case PushCase::Queueing::kFqCodel:
      return std::make_unique<twin::FqCodel>(codel);
    case PushCase::Queueing::kPie:
      return std::make_unique<twin::Pie>(twin::PieConfig{.limit = bottleneck.queue},
                                         world_.ForkRng());
  }
  return nullptr;
}

PushNetwork::Built PushNetwork::Build(const PushCase::Bottleneck& bottleneck) const {
  auto queue = MakeQueue(bottleneck);
  const twin::PacketQueue* seen = queue.get();
  return {
      twin::TraceBottleneck(*bottleneck.capacity, world_.now(), case_.duration, std::move(queue)),
      {CapacityLine(*bottleneck.capacity), seen}};
}

void PushNetwork::AddTap(twin::Path& path, PushCase::Direction direction) {
  if (!on_queued_) return;
  path.Then(std::make_unique<Tap>([this, direction](const twin::Packet& packet, Timestamp now) {
    const std::size_t i = packet.flow / kPerFlow;
    if (i == 0 || i > case_.flows.size() || case_.flows[i - 1].direction != direction) return;
    on_queued_(i - 1, now - packet.sent_at);
  }));
}

void PushNetwork::AddBlackouts(twin::Path& path) const {
  if (!case_.blackouts.empty()) path.Then(std::make_unique<twin::Blackout>(case_.blackouts));
}

std::unique_ptr<twin::Link> PushNetwork::MakeUp() {
  auto path = std::make_unique<twin::Path>();
  TimeDelta delay = shared_delay_;
  for (std::size_t b = 0; b < case_.forward.size(); ++b) {
    std::vector<bool> goes_through;
    for (const PushCase::Flow& flow : case_.flows) {
      // Answers to the publishers at the far end go this way too.
      goes_through.push_back(flow.direction == PushCase::Direction::kBackward ||
                             (flow.first_bottleneck <= b && b <= flow.last_bottleneck));
    }
    const bool is_for_all =
        std::find(goes_through.begin(), goes_through.end(), false) == goes_through.end();
    Built built = Build(case_.forward[b]);
    forward_.push_back(std::move(built.limit));
    path->Then(is_for_all ? std::move(built.link)
                          : std::make_unique<Detour>(std::move(built.link), goes_through));
    if (b + 1 == case_.forward.size()) AddTap(*path, PushCase::Direction::kForward);
    const auto* rates = std::get_if<twin::RateTrace>(case_.forward[b].capacity.get());
    if (rates != nullptr && TellsConditions(*rates)) {
      path->Then(std::make_unique<twin::TraceConditions>(*rates, world_.now(), world_.ForkRng()));
      // What the trace tells is the whole delay; a link takes more than no time.
      if (rates->slots.front().round_trip > TimeDelta::Zero()) delay = TimeDelta::Millis(1);
    }
  }
  AddBlackouts(*path);
  if (case_.loss_share > 0) {
    path->Then(std::make_unique<twin::RandomLoss>(case_.loss_share, world_.ForkRng()));
  }
  path->Then(std::make_unique<twin::Delay>(delay));
  if (case_.has_jitter) {
    path->Then(std::make_unique<twin::Jitter>(twin::JitterConfig{}, world_.ForkRng()));
  }
  return path;
}

std::unique_ptr<twin::Link> PushNetwork::MakeDown() {
  auto path = std::make_unique<twin::Path>();
  if (case_.backward) {
    Built built = Build(*case_.backward);
    backward_.push_back(std::move(built.limit));
    path->Then(std::move(built.link));
  }
  AddTap(*path, PushCase::Direction::kBackward);
  AddBlackouts(*path);
  const auto* rates = std::get_if<twin::RateTrace>(case_.forward.front().capacity.get());
  if (rates != nullptr && HasMovingRoundTrip(*rates)) {
    path->Then(
        std::make_unique<twin::TraceConditions>(DelayOf(*rates), world_.now(), world_.ForkRng()));
    path->Then(std::make_unique<twin::Delay>(TimeDelta::Millis(1)));
  } else {
    path->Then(std::make_unique<twin::Delay>(shared_delay_));
  }
  return path;
}

void PushNetwork::AddCross(const PushCase::Cross& cross) {
  const Timestamp begin = world_.now();
  twin::TcpSetup tcp;
  tcp.client.algorithm = tcp_;
  if (case_.has_ecn) tcp.client.ecn = twin::TcpConfig::EcnUse::kAsks;
  switch (cross.kind) {
    case PushCase::Cross::Kind::kConstant: {
      const auto& rate = *std::get_if<twin::RateTrace>(cross.rate.get());
      constant_.push_back(std::make_unique<twin::ConstantTraffic>(
          *others_, twin::ConstantTraffic::Config{.rate = rate.Unroll(begin, case_.duration),
                                                  .start = begin + cross.start,
                                                  .end = begin + cross.end}));
      return;
    }
    case PushCase::Cross::Kind::kLongTcp:
      tcp.client.algorithm = cross.algorithm;
      long_.push_back(std::make_unique<twin::LongTcp>(
          *others_, twin::LongTcp::Config{
                        .tcp = tcp, .start = begin + cross.start, .end = begin + cross.end}));
      return;
    case PushCase::Cross::Kind::kWeb:
      web_.push_back(std::make_unique<twin::WebTraffic>(
          *others_, twin::WebTraffic::Config{.flows = cross.count,
                                             .starting_on = cross.starting_on,
                                             .tcp = tcp,
                                             .start = begin + cross.start,
                                             .end = begin + cross.end}));
  }
}

Timestamp PushNetwork::DrainsAt(std::size_t i, DataSize backlog, Timestamp now) const {
  const PushCase::Flow& flow = case_.flows[i];
  if (flow.direction == PushCase::Direction::kBackward) {
    if (backward_.empty()) return now;
    return backward_.front().line.FinishOf(backlog + backward_.front().queue->size(), now);
  }
  for (std::size_t b = flow.first_bottleneck; b <= flow.last_bottleneck; ++b) {
    if (!now.is_finite()) break;
    now = forward_[b].line.FinishOf(std::exchange(backlog, DataSize::Zero()) + queued(b), now);
  }
  return now;
}

DataSize PushNetwork::sent(std::size_t i) {
  DataSize sent = DataSize::Zero();
  twin::SharedPipe& pipe = flows_[i]->up();
  for (twin::FlowId id = FirstFlow(i); pipe.flow_stats(id).sent > 0; ++id) {
    sent += pipe.flow_stats(id).bytes_sent;
  }
  return sent;
}

double PushNetwork::lost_share(std::size_t i) {
  std::int64_t sent = 0;
  std::int64_t arrived = 0;
  twin::SharedPipe& pipe = flows_[i]->up();
  for (twin::FlowId id = FirstFlow(i); pipe.flow_stats(id).sent > 0; ++id) {
    sent += pipe.flow_stats(id).sent;
    arrived += pipe.flow_stats(id).arrived;
  }
  return sent == 0 ? 0 : static_cast<double>(sent - arrived) / static_cast<double>(sent);
}

double PushNetwork::ConstantKbps(Timestamp now) const {
  double kbps = 0;
  for (const PushCase::Cross& cross : case_.cross) {
    if (cross.kind != PushCase::Cross::Kind::kConstant) continue;
    if (now < Timestamp::Zero() + cross.start || now >= Timestamp::Zero() + cross.end) continue;
    kbps +=
        std::get_if<twin::RateTrace>(cross.rate.get())->At(now - Timestamp::Zero()).rate.kbps_f();
  }
  return kbps;
}

int PushNetwork::LongTcpAt(Timestamp now) const {
  int count = 0;
  for (const PushCase::Cross& cross : case_.cross) {
    const bool is_on =
        now >= Timestamp::Zero() + cross.start && now < Timestamp::Zero() + cross.end;
    count += cross.kind == PushCase::Cross::Kind::kLongTcp && is_on ? 1 : 0;
  }
  return count;
}

}  // namespace onair::samples
