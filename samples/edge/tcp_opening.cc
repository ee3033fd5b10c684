// SPDX-License-Identifier: Apache-2.0
#include "samples/edge/tcp_opening.h"

namespace onair::edge {
namespace {

// So that what the key frame left queued drains. Source: ours.
constexpr double kOfLine = 0.95;

}  // namespace

void TcpOpening::Begin(relay::Join join, Timestamp now) {
  *this = TcpOpening();
  join_ = join;
  is_over_ = join == relay::Join::kNextKeyFrame;
  ends_at_ = now + kSpan;
}

TcpOpening::Step TcpOpening::Next(const Standing& standing, Timestamp now) {
  if (is_over_ || !paced_from_) return Step::kGoOn;
  is_over_ = now >= ends_at_ || standing.behind < kNear;
  if (is_over_) return Step::kGoOn;
  if (const Step step = Shortcut(standing); step != Step::kGoOn) return step;
  // What waits in a full socket would stand before the next key frame.
  const std::optional<DataRate>& line = standing.report.line;
  const DataRate most = line ? std::min(standing.share, line->Scaled(kOfLine)) : standing.share;
  wakes_at_ = *paced_from_ + (paced_ - kSlack) / most;
  if (wakes_at_ <= now) return Step::kGoOn;
  has_waited_ = true;
  return Step::kWait;
}

void TcpOpening::Sent(DataSize size, bool is_key, Timestamp now) {
  if (is_over_) return;
  if (paced_from_) paced_ += size;
  if (is_key && !paced_from_) paced_from_ = now;
}

// What lies before the next key frame, or one that is there, is not worth his time.
TcpOpening::Step TcpOpening::Shortcut(const Standing& standing) const {
  using relay::Join;
  if (join_ == Join::kNewestKeyFrame) return Step::kAwaitKey;
  if (join_ != Join::kAuto || !standing.report.line) return Step::kGoOn;
  const bool is_soon_live = relay::CatchesUpIn(standing.report) <= relay::kSoonLive;
  if (standing.has_later_key) return is_soon_live ? Step::kGoOn : Step::kJump;
  const Join join = relay::DecideJoin(standing.report).join;
  return join == Join::kNewestGroup ? Step::kGoOn : Step::kAwaitKey;
}

}  // namespace onair::edge
