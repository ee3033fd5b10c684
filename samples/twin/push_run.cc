// SPDX-License-Identifier: Apache-2.0
#include "samples/twin/push_run.h"

#include <algorithm>
#include <memory>

#include "core/control/priority_share.h"
#include "samples/twin/push_network.h"
#include "samples/twin/rts_flow.h"
#include "samples/twin/tcp_flow.h"
#include "transport/cc/registry.h"

namespace onair::samples {
namespace {

// The begin of media is moved by up to a GOP, so that seeds meet steps in all phases.
constexpr TimeDelta kPhase = TimeDelta::Seconds(2);

// Source: transport facts section 7, "queue < 50 ms again".
constexpr double kShortNetworkQueueMs = 50;

// What packets of RTP take on the wire for each byte of media: the usual, before any was sent.
// Source: ours; 70 bytes of headers with 1130 of media, and 50 packets of sound a second.
constexpr double kUsualHeaders = 1.07;

PushResult::Spread SpreadOf(const Distribution& values) {
  return {values.Mean(), values.At(0.5), values.At(0.95), values.At(0.99), values.Max()};
}

class Run {
 public:
  Run(const PushCase& push_case, const PushSettings& settings)
      : case_(push_case),
        rates_(push_case.rates.value_or(settings.rates)),
        world_(Timestamp::Zero(), settings.seed),
        is_rts_(settings.transport == PushTransport::kRts),
        network_(world_, push_case, settings.tcp, OnQueued()),
        sample_(world_, "run.sample", [this] { Sample(); }) {
    Rng phases = world_.ForkRng();
    for (std::size_t i = 0; i < case_.flows.size(); ++i) {
      priorities_.Add(case_.flows[i].priority, rates_.least);
      flows_.push_back(MakeFlow(i, settings));
      const auto phase = phases.Below(static_cast<std::uint64_t>(kPhase.us()));
      Schedule(i, TimeDelta::Micros(static_cast<std::int64_t>(phase)));
    }
    FindTight();
    AddSteps();
  }

  PushResult Play() {
    sample_.Set(world_.now() + kSample);
    world_.RunUntil(Timestamp::Zero() + case_.duration);
    for (const auto& flow : flows_) flow->Finish();
    return Collect();
  }

 private:
  // A registry knows rivals' names: cases are chosen by what it has.
  static MakeController ControllerOf(const PushCase::Flow& flow, const PushSettings& settings) {
    if (flow.controller.empty()) return settings.make_controller;
    return [name = flow.controller](const cc::ControllerConfig& config) {
      return std::move(*cc::MakeController(name, config));
    };
  }

  std::unique_ptr<PushFlow> MakeFlow(std::size_t i, const PushSettings& settings) {
    const PushFlow::Config config{
        .rates = rates_,
        .wander = case_.wander,
        .playout_delay = settings.playout_delay,
        .make_controller = ControllerOf(case_.flows[i], settings),
        .share = [this, i](DataRate target) { return priorities_.OnDecision(i, target); },
        .on_decided = [this] { TakeSteps(queue_now_ms_); }};
    const TimeDelta access_delay = network_.access_delay(i);
    if (is_rts_) {
      return std::make_unique<RtsFlow>(world_, network_.of_flow(i), access_delay, config, log_);
    }
    twin::TcpSetup tcp;
    tcp.client.algorithm = settings.tcp;
    if (case_.has_ecn) tcp.client.ecn = twin::TcpConfig::EcnUse::kAsks;
    tcp.access_delay = access_delay;
    return std::make_unique<TcpFlow>(world_, network_.of_flow(i), tcp, config, log_);
  }

  // Over datagrams the network's queue is judged by the packets that waited in it.
  PushNetwork::OnQueued OnQueued() {
    if (!is_rts_) return nullptr;
    return [this](std::size_t, TimeDelta queued) { queue_.Add(queued.ms_f()); };
  }

  struct Tight {
    std::size_t bottleneck;
    UseMeter use;
  };
  static double KbpsOf(DataRate rate) { return rate.kbps_f(); }
  double MostKbps() const { return KbpsOf(rates_.most + rates_.audio); }
  double MostOnWireKbps() const { return MostKbps() * (is_rts_ ? kUsualHeaders : 1); }
  bool IsThrough(std::size_t i, std::size_t bottleneck) const {
    const PushCase::Flow& flow = case_.flows[i];
    return flow.direction == PushCase::Direction::kForward && flow.first_bottleneck <= bottleneck &&
           bottleneck <= flow.last_bottleneck;
  }
  bool IsRival(std::size_t i) const { return !case_.flows[i].controller.empty(); }
  std::ptrdiff_t Racers() const {
    return std::count_if(case_.flows.begin(), case_.flows.end(),
                         [](const auto& flow) { return flow.controller.empty(); });
  }
  Timestamp EndOf(std::size_t i) const {
    return Timestamp::Zero() + std::min(case_.flows[i].end, case_.duration);
  }

  void Schedule(std::size_t i, TimeDelta phase) {
    const PushCase::Flow& flow = case_.flows[i];
    PushFlow& publisher = *flows_[i];
    begins_.push_back(Timestamp::Zero() + flow.start + phase);
    world_.At(begins_.back(), "run.start", [&publisher] { publisher.Start(); });
    if (flow.pause) {
      world_.At(Timestamp::Zero() + flow.pause->from, "run.pause", [this, i, &publisher] {
        publisher.Pause();
        priorities_.Rest(i);
      });
      world_.At(Timestamp::Zero() + flow.pause->to, "run.resume",
                [&publisher] { publisher.Resume(); });
    }
    for (const TimeDelta at : flow.moves) {
      world_.At(Timestamp::Zero() + at, "run.move", [&publisher] { publisher.Move(); });
    }
    if (flow.end < case_.duration) {
      world_.At(EndOf(i), "run.stop", [this, i, &publisher] {
        publisher.Stop();
        priorities_.Rest(i);
      });
    }
  }

  // Bottlenecks that can hold the publishers back; the first, if none can.
  void FindTight() {
    for (std::size_t b = 0; b < case_.forward.size(); ++b) {
      double most = 0;
      for (std::size_t i = 0; i < case_.flows.size(); ++i) most += IsThrough(i, b) ? MostKbps() : 0;
      bool is_tight = false;
      for (TimeDelta at = TimeDelta::Zero(); at < case_.duration && !is_tight; at += kWatch) {
        is_tight = network_.line(b).KbpsOver(Timestamp::Zero() + at, kWatch) < most;
      }
      if (is_tight) tight_.push_back({b, {}});
    }
    if (tight_.empty()) tight_.push_back({0, {}});
    narrowest_ = tight_.front().bottleneck;
    for (const Tight& tight : tight_) {
      if (network_.line(tight.bottleneck).mean() < network_.line(narrowest_).mean()) {
        narrowest_ = tight.bottleneck;
      }
    }
  }

  // Changes of what one publisher could use, of cases that are made of steps.
  void AddSteps() {
    if (case_.group == "traces" || case_.group == "synthetic" || case_.flows.size() != 1) return;
    const auto* rates = std::get_if<twin::RateTrace>(case_.forward.front().capacity.get());
    constexpr std::size_t kMostSteps = 20;  // More are a trace.
    if (rates == nullptr || rates->slots.size() > kMostSteps) return;
    for (std::size_t k = 1; k < rates->slots.size(); ++k) {
      const double before = std::min(KbpsOf(rates->slots[k - 1].rate), MostOnWireKbps());
      const double after = std::min(KbpsOf(rates->slots[k].rate), MostOnWireKbps());
      if (before == after) continue;
      steps_.emplace_back(
          StepMeter::Step{Timestamp::Zero() + rates->slots[k].from, before, after,
                          is_rts_ ? kShortNetworkQueueMs : StepMeter::kShortQueueMs});
    }
  }

  void Sample() {
    const Timestamp now = world_.now();
    std::optional<double> queue_ms;
    for (std::size_t i = 0; i < flows_.size(); ++i) {
      PushFlow& flow = *flows_[i];
      flow.Observe();
      if (!flow.is_running() || !flow.age()) continue;
      Timestamp drained = network_.DrainsAt(i, flow.backlog(), now);
      // A line that never carries again: as long as was watched.
      drained = std::min(drained, Timestamp::Zero() + case_.duration * 2);
      const double ms = (drained - now).ms_f();
      if (!is_rts_) queue_.Add(ms);
      queue_ms = std::max(queue_ms.value_or(0), ms);
    }
    queue_now_ms_ = queue_ms.value_or(0);
    TakeSteps(queue_now_ms_);
    if ((now - Timestamp::Zero()).us() % kWatch.us() == 0) Watch(queue_ms);
    if (now + kSample <= Timestamp::Zero() + case_.duration) sample_.Set(now + kSample);
  }

  void TakeSteps(double queue_ms) {
    const Timestamp now = world_.now();
    const double rate_kbps = flows_.front()->target().kbps_f() * flows_.front()->headers();
    for (std::size_t k = 0; k < steps_.size(); ++k) {
      if (k + 1 < steps_.size() && now >= steps_[k + 1].step().at) continue;
      steps_[k].Take({now, rate_kbps, queue_ms});
    }
    const auto began = flows_.front()->media_began_at();
    if (!began || start_) return;
    const double could = std::min(SharedKbps(narrowest_, now), MostOnWireKbps());
    if (rate_kbps >= StepMeter::kUsed * could) start_ = now - *began;
  }

  double SharedKbps(std::size_t bottleneck, Timestamp from) const {
    double kbps = network_.line(bottleneck).KbpsOver(from, kWatch);
    if (bottleneck == 0) kbps = std::max(0.0, kbps - network_.ConstantKbps(from));
    return kbps;
  }

  // One span of kWatch, which ends now.
  void Watch(std::optional<double> queue_ms) {
    const Timestamp from = world_.now() - kWatch;
    for (Tight& tight : tight_) {
      int through = 0;
      for (std::size_t i = 0; i < flows_.size(); ++i) {
        through += IsThrough(i, tight.bottleneck) && flows_[i]->is_running() ? 1 : 0;
      }
      if (through == 0) continue;
      double kbps = SharedKbps(tight.bottleneck, from);
      const double bytes_per_kbps = 1e3 / 8 * kWatch.seconds_f();
      if (tight.bottleneck == narrowest_) goodput_.Offer(kbps * bytes_per_kbps);
      const int rivals = tight.bottleneck == 0 ? network_.LongTcpAt(from) : 0;
      kbps *= static_cast<double>(through) / (through + rivals);
      if (rivals > 0) TakeFairPart(tight.bottleneck, kbps * bytes_per_kbps);
      const double headers = flows_.front()->headers();
      tight.use.Offer(std::min(kbps, MostKbps() * headers * through) * bytes_per_kbps);
    }
    used_before_ = UsedThrough(narrowest_);
    AddRow(from, queue_ms);
    AddShares();
  }

  double UsedThrough(std::size_t bottleneck) {
    double bytes = 0;
    for (std::size_t i = 0; i < flows_.size(); ++i) {
      if (IsThrough(i, bottleneck)) bytes += static_cast<double>(flows_[i]->counts().bytes_used);
    }
    return bytes;
  }

  void TakeFairPart(std::size_t bottleneck, double could_bytes) {
    if (bottleneck != narrowest_) return;
    fair_part_.Offer(could_bytes);
    fair_part_.Deliver(static_cast<std::int64_t>(UsedThrough(narrowest_) - used_before_));
  }

  void AddRow(Timestamp from, std::optional<double> queue_ms) {
    PushResult::Row row{world_.now(), SharedKbps(narrowest_, from), 0, 0, 0, std::nullopt,
                        queue_ms};
    std::int64_t sent = 0;
    std::int64_t delivered = 0;
    for (std::size_t i = 0; i < flows_.size(); ++i) {
      if (!IsThrough(i, narrowest_)) continue;
      const PushFlow::Counts counts = flows_[i]->counts();
      row.target_kbps += KbpsOf(flows_[i]->target());
      sent += flows_[i]->on_wire().bytes();
      delivered += counts.bytes_video + counts.bytes_audio;
      if (const auto age = flows_[i]->age()) {
        row.age_ms = std::max(row.age_ms.value_or(0), age->ms_f());
      }
    }
    const double per_byte = 8e-3 / kWatch.seconds_f();
    row.sent_kbps = static_cast<double>(sent - sent_before_) * per_byte;
    row.delivered_kbps = static_cast<double>(delivered - delivered_before_) * per_byte;
    sent_before_ = sent;
    delivered_before_ = delivered;
    rows_.push_back(row);
  }

  // Bytes of each flow while all of one direction are on.
  void AddShares() {
    fair_.resize(flows_.size(), 0);
    delivered_.resize(flows_.size(), 0);
    bool are_all_on = true;
    for (std::size_t i = 0; i < flows_.size(); ++i) {
      are_all_on = are_all_on && (!IsThrough(i, narrowest_) || flows_[i]->age().has_value());
    }
    for (std::size_t i = 0; i < flows_.size(); ++i) {
      const PushFlow::Counts counts = flows_[i]->counts();
      const auto bytes = static_cast<double>(counts.bytes_video + counts.bytes_audio);
      if (are_all_on && IsThrough(i, narrowest_)) fair_[i] += bytes - delivered_[i];
      delivered_[i] = bytes;
    }
  }

  PushResult Collect() {
    PushResult result;
    Distribution send_delays;
    Distribution frame_delays;
    TimeDelta frozen = TimeDelta::Zero();
    TimeDelta watched = TimeDelta::Zero();
    double wire = 0;
    for (std::size_t i = 0; i < flows_.size(); ++i) {
      PushFlow& flow = *flows_[i];
      result.flows.push_back(FlowOf(i));
      if (flow.error() && result.error.empty()) result.error = Describe(flow.error()->code).name;
      if (IsRival(i)) continue;  // Judged are those that race.
      result.counts.Add(flow.counts());
      result.longest_gap_ms = std::max(result.longest_gap_ms, flow.freeze().longest_gap().ms_f());
      send_delays.Add(flow.send_delays_ms());
      frame_delays.Add(flow.frame_delays_ms());
      frozen += flow.freeze().frozen();
      watched += flow.freeze().watched();
      wire += static_cast<double>(network_.sent(i).bytes());
      result.loss_percent += 100 * network_.lost_share(i) / static_cast<double>(Racers());
    }
    if (flows_.front()->first_picture()) {
      result.first_picture_ms = flows_.front()->first_picture()->ms_f();
    }
    result.utilisation = Utilisation();
    result.queue_ms = SpreadOf(queue_);
    result.send_delay_ms = SpreadOf(send_delays);
    result.frame_delay_ms = SpreadOf(frame_delays);
    if (watched > TimeDelta::Zero()) {
      result.freeze_percent = 100 * frozen.seconds_f() / watched.seconds_f();
    }
    const auto media = static_cast<double>(result.counts.bytes_video + result.counts.bytes_audio);
    result.mean_kbps = media * 8e-3 / case_.duration.seconds_f();
    if (media > 0) result.overhead_percent = 100 * (wire / media - 1);
    if (result.counts.segments > 0) {
      result.retransmit_percent = 100 * static_cast<double>(result.counts.segments_again) /
                                  static_cast<double>(result.counts.segments);
    }
    result.fairness = Fairness();
    if (case_.forward.size() == 1 && !case_.backward) {
      goodput_.Deliver(result.counts.bytes_video + result.counts.bytes_audio);
      result.goodput = goodput_.share();
    }
    if (start_) result.start_ms = start_->ms_f();
    result.end_share = EndShare();
    result.fair_part = fair_part_.share();
    for (const StepMeter& step : steps_) result.steps.push_back(StepOf(step));
    result.timeline = std::move(rows_);
    result.log_hash = log_.hash();
    result.events = world_.steps();
    return result;
  }

  // Mean over the tight bottlenecks.
  std::optional<double> Utilisation() {
    double sum = 0;
    int count = 0;
    for (Tight& tight : tight_) {
      for (std::size_t i = 0; i < flows_.size(); ++i) {
        if (!IsThrough(i, tight.bottleneck)) continue;
        const PushFlow::Counts counts = flows_[i]->counts();
        tight.use.Deliver(counts.bytes_used);
      }
      const auto share = tight.use.share();
      sum += share.value_or(0);
      count += share ? 1 : 0;
    }
    if (count == 0) return std::nullopt;
    return sum / count;
  }

  double EndShare() const {
    constexpr std::size_t kMinute = 600;  // Rows.
    double sum = 0;
    const std::size_t count = std::min(kMinute, rows_.size());
    for (std::size_t i = rows_.size() - count; i < rows_.size(); ++i) sum += rows_[i].target_kbps;
    const double most = MostKbps() * static_cast<double>(count * flows_.size());
    return most > 0 ? sum / most : 0;
  }

  std::optional<double> Fairness() const {
    std::vector<double> shares;
    for (std::size_t i = 0; i < fair_.size(); ++i) {
      if (IsThrough(i, narrowest_)) shares.push_back(fair_[i] / case_.flows[i].priority);
    }
    return JainIndex(shares);
  }

  PushResult::Flow FlowOf(std::size_t i) {
    PushFlow& flow = *flows_[i];
    const PushFlow::Counts counts = flow.counts();
    TimeDelta on = EndOf(i) - begins_[i];
    if (const auto& pause = case_.flows[i].pause) on -= pause->to - pause->from;
    const double bytes = static_cast<double>(counts.bytes_video + counts.bytes_audio);
    PushResult::Flow out;
    if (on > TimeDelta::Zero()) out.mean_kbps = bytes * 8e-3 / on.seconds_f();
    out.freeze_percent = flow.freeze().percent();
    out.frame_delay_p95_ms = flow.frame_delays_ms().At(0.95);
    SetShares(i, out);
    return out;
  }

  void SetShares(std::size_t i, PushResult::Flow& out) const {
    double all = 0;
    double priorities = 0;
    int count = 0;
    for (std::size_t k = 0; k < fair_.size(); ++k) {
      if (!IsThrough(k, narrowest_)) continue;
      all += fair_[k];
      priorities += case_.flows[k].priority;
      ++count;
    }
    if (count < 2 || all <= 0 || !IsThrough(i, narrowest_)) return;
    out.share = fair_[i] / all;
    out.asked_share = case_.flows[i].priority / priorities;
  }

  static PushResult::Step StepOf(const StepMeter& meter) {
    const auto ms = [](std::optional<TimeDelta> span) {
      return span ? std::optional(span->ms_f()) : std::nullopt;
    };
    return {(meter.step().at - Timestamp::Zero()).seconds_f(),
            meter.step().before_kbps,
            meter.step().after_kbps,
            meter.is_fall(),
            ms(meter.below_capacity()),
            ms(meter.short_queue()),
            ms(meter.used()),
            meter.is_fall() ? std::optional(meter.peak_queue_ms()) : std::nullopt};
  }

  const PushCase& case_;
  const PushRates rates_;
  EventLog log_;
  twin::World world_;
  const bool is_rts_;
  Distribution queue_;
  PushNetwork network_;
  control::PriorityShare priorities_;
  std::vector<std::unique_ptr<PushFlow>> flows_;
  std::vector<Timestamp> begins_;
  twin::Alarm sample_;
  std::vector<Tight> tight_;
  std::size_t narrowest_ = 0;
  std::vector<StepMeter> steps_;
  std::optional<TimeDelta> start_;
  UseMeter goodput_;
  UseMeter fair_part_;
  double used_before_ = 0;
  double queue_now_ms_ = 0;
  std::vector<PushResult::Row> rows_;
  std::vector<double> fair_;
  std::vector<double> delivered_;
  std::int64_t sent_before_ = 0;
  std::int64_t delivered_before_ = 0;
};

}  // namespace

PushResult RunPush(const PushCase& push_case, const PushSettings& settings) {
  return Run(push_case, settings).Play();
}

}  // namespace onair::samples
