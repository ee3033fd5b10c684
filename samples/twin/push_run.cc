// SPDX-License-Identifier: Apache-2.0
#include "samples/twin/push_run.h"

#include <algorithm>
#include <memory>

#include "core/control/priority_share.h"
#include "samples/twin/push_network.h"

namespace onair::samples {
namespace {

// The begin of media is moved by up to a GOP, so that seeds meet steps in all phases.
constexpr TimeDelta kPhase = TimeDelta::Seconds(2);

PushResult::Spread SpreadOf(const Distribution& values) {
  return {values.Mean(), values.At(0.5), values.At(0.95), values.At(0.99), values.Max()};
}

class Run {
 public:
  Run(const PushCase& push_case, const PushSettings& settings)
      : case_(push_case),
        rates_(push_case.rates.value_or(settings.rates)),
        world_(Timestamp::Zero(), settings.seed),
        network_(world_, push_case, settings.tcp),
        sample_(world_, "run.sample", [this] { Sample(); }) {
    Rng phases = world_.ForkRng();
    for (std::size_t i = 0; i < case_.flows.size(); ++i) {
      PushFlow::Config config{.rates = rates_,
                              .wander = case_.wander,
                              .tcp = {},
                              .playout_delay = settings.playout_delay,
                              .make_controller = settings.make_controller};
      config.tcp.client.algorithm = settings.tcp;
      if (case_.has_ecn) config.tcp.client.ecn = twin::TcpConfig::EcnUse::kAsks;
      priorities_.Add(case_.flows[i].priority, rates_.least);
      config.share = [this, i](DataRate target) { return priorities_.OnDecision(i, target); };
      config.tcp.access_delay = network_.access_delay(i);
      flows_.push_back(std::make_unique<PushFlow>(world_, network_.of_flow(i), config, log_));
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
  struct Tight {
    std::size_t bottleneck;
    UseMeter use;
  };
  static double KbpsOf(DataRate rate) { return rate.kbps_f(); }
  double MostKbps() const { return KbpsOf(rates_.most + rates_.audio); }
  bool IsThrough(std::size_t i, std::size_t bottleneck) const {
    const PushCase::Flow& flow = case_.flows[i];
    return flow.direction == PushCase::Direction::kForward && flow.first_bottleneck <= bottleneck &&
           bottleneck <= flow.last_bottleneck;
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
      const double before = std::min(KbpsOf(rates->slots[k - 1].rate), MostKbps());
      const double after = std::min(KbpsOf(rates->slots[k].rate), MostKbps());
      if (before == after) continue;
      steps_.emplace_back(StepMeter::Step{Timestamp::Zero() + rates->slots[k].from, before, after});
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
      queue_.Add(ms);
      queue_ms = std::max(queue_ms.value_or(0), ms);
    }
    for (std::size_t k = 0; k < steps_.size(); ++k) {
      if (k + 1 < steps_.size() && now >= steps_[k + 1].step().at) continue;
      steps_[k].Take({now, flows_.front()->target().kbps_f(), queue_ms.value_or(0)});
    }
    if ((now - Timestamp::Zero()).us() % kWatch.us() == 0) Watch(queue_ms);
    if (now + kSample <= Timestamp::Zero() + case_.duration) sample_.Set(now + kSample);
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
      const int rivals = tight.bottleneck == 0 ? network_.LongTcpAt(from) : 0;
      kbps *= static_cast<double>(through) / (through + rivals);
      tight.use.Offer(std::min(kbps, MostKbps() * through) * 1e3 / 8 * kWatch.seconds_f());
    }
    AddRow(from, queue_ms);
    AddShares();
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
      Sum(result.counts, flow.counts());
      send_delays.Add(flow.send_delays_ms());
      frame_delays.Add(flow.frame_delays_ms());
      frozen += flow.freeze().frozen();
      watched += flow.freeze().watched();
      wire += static_cast<double>(network_.sent(i).bytes());
      result.loss_percent += 100 * network_.lost_share(i) / static_cast<double>(flows_.size());
      result.flows.push_back(FlowOf(i));
      if (flow.error() && result.error.empty()) result.error = Describe(flow.error()->code).name;
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
        tight.use.Deliver(counts.bytes_video + counts.bytes_audio);
      }
      const auto share = tight.use.share();
      sum += share.value_or(0);
      count += share ? 1 : 0;
    }
    if (count == 0) return std::nullopt;
    return sum / count;
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
            ms(meter.used())};
  }

  static void Sum(PushFlow::Counts& all, const PushFlow::Counts& one) {
    all.captured += one.captured;
    all.skipped += one.skipped;
    all.dropped += one.dropped;
    all.delivered += one.delivered;
    all.broken += one.broken;
    all.reconnects += one.reconnects;
    all.bytes_video += one.bytes_video;
    all.bytes_audio += one.bytes_audio;
    all.segments += one.segments;
    all.segments_again += one.segments_again;
    all.marks += one.marks;
    all.mark_echoes += one.mark_echoes;
  }

  const PushCase& case_;
  const PushRates rates_;
  EventLog log_;
  twin::World world_;
  PushNetwork network_;
  control::PriorityShare priorities_;
  std::vector<std::unique_ptr<PushFlow>> flows_;
  std::vector<Timestamp> begins_;
  twin::Alarm sample_;
  std::vector<Tight> tight_;
  std::size_t narrowest_ = 0;
  std::vector<StepMeter> steps_;
  Distribution queue_;
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
