// SPDX-License-Identifier: Apache-2.0
#include "samples/edge/tcp_viewer.h"

#include <string>
#include <utility>

#include "platform/runtime/clock.h"

namespace onair::edge {
namespace {

// Before this much arrived slow start hides the line. Source: ours; three rounds from ten segments.
constexpr DataSize kLeastAcked = DataSize::Kibibytes(64);
// A line that is full has a queue: without one the sender's window was the limit.
constexpr TimeDelta kLeastQueue = TimeDelta::Millis(5);

// "address:port" without its port.
std::string AddressOf(const std::string& peer) {
  return peer.substr(0, peer.rfind(':'));
}

}  // namespace

std::optional<DataRate> LineOf(const runtime::ByteStream& stream) {
  const auto facts = stream.facts();
  if (!facts || !facts->delivery_rate || facts->is_delivery_application_limited) return {};
  if (!facts->rtt || !facts->min_rtt || !facts->bytes_acked) return {};
  const TimeDelta queue = *facts->rtt - *facts->min_rtt;
  if (*facts->bytes_acked < kLeastAcked) return {};
  if (queue < std::max(kLeastQueue, *facts->min_rtt / 4)) return {};
  return facts->delivery_rate;
}

Result<Hub::Seat> TcpViewer::Join(const std::string& name, ViewerKind kind, Viewer& viewer,
                                  const runtime::ByteStream& stream, Timestamp now) {
  End();
  line_ = around_.lines.Find(AddressOf(stream.peer()), now);
  auto seat = around_.hub.Watch(name, kind, viewer, now, line_);
  if (!seat) return seat;
  opening_.Begin(seat->join, now);
  if (!opening_.is_over()) {
    around_.bursts.Enter();
    has_share_ = true;
  }
  return seat;
}

bool TcpViewer::MayTake(const Hub::Seat& seat, const runtime::ByteStream& stream, Timestamp now) {
  if (!has_share_) return true;
  using Step = TcpOpening::Step;
  const bool had_waited = opening_.has_waited();
  const Step step = opening_.Next(StandingOf(seat, stream), now);
  if (step == Step::kWait) {
    if (!had_waited) ++around_.counters.bursts_paced;
    WaitUntil(opening_.wakes_at(), now);
    return false;
  }
  if (step == Step::kJump) {
    around_.hub.StartAnew(seat);
    ++around_.counters.bursts_cut;
  }
  if (step == Step::kAwaitKey) {
    around_.hub.AwaitKey(seat);
    opening_.Skipped();
    if (seat.join == relay::Join::kAuto) ++around_.counters.bursts_cut;
  }
  if (opening_.is_over()) LeaveShare();
  return true;
}

void TcpViewer::Sent(const EncodedFrame& frame, Timestamp now) {
  opening_.Sent(DataSize::Bytes(static_cast<std::int64_t>(frame.payload.size())), frame.is_key(),
                now);
}

void TcpViewer::NoteLine(const runtime::ByteStream& stream, Timestamp now) {
  if (const auto line = LineOf(stream)) around_.lines.Note(AddressOf(stream.peer()), *line, now);
}

void TcpViewer::End() {
  around_.loop.Cancel(std::exchange(timer_, runtime::TimerId::kNone));
  LeaveShare();
}

TcpOpening::Standing TcpViewer::StandingOf(const Hub::Seat& seat,
                                           const runtime::ByteStream& stream) {
  const relay::ViewerStats stats = around_.hub.StatsOf(seat);
  relay::JoinReport report = around_.hub.JoinReportOf(seat);
  report.left = stats.backlog_size + stream.unsent();
  report.key = DataSize::Zero();
  if (const auto line = LineOf(stream)) line_ = line;
  report.line = line_;
  return {.behind = stats.backlog_span,
          .has_later_key = stats.has_later_start,
          .report = report,
          .share = around_.bursts.Each(report.stream)};
}

void TcpViewer::WaitUntil(Timestamp at, Timestamp now) {
  if (timer_ != runtime::TimerId::kNone) return;
  timer_ = around_.loop.PostAfter(at - now, [this] {
    timer_ = runtime::TimerId::kNone;
    pump_(runtime::Now());
  });
}

void TcpViewer::LeaveShare() {
  if (std::exchange(has_share_, false)) around_.bursts.Leave();
}

}  // namespace onair::edge
