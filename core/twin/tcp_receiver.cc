// SPDX-License-Identifier: Apache-2.0
#include "core/twin/tcp_receiver.h"

#include <algorithm>
#include <utility>

namespace onair::twin {

void TcpReceiver::OnSegment(const TcpSegment& in, Ecn ecn, Timestamp now) {
  if (in.has(TcpSegment::kProbe)) {
    wants_ack_ = true;
    return;
  }
  const std::uint64_t end = in.seq + in.payload.size() + (in.has(TcpSegment::kFin) ? 1 : 0);
  if (end == in.seq) return;  // An acknowledgement.
  // RFC 7323 section 4.3: the stamp of the segment at the left edge of what is unconfirmed.
  if (in.seq <= last_ack_ && in.sent_at >= echo_) echo_ = in.sent_at;
  TakeMark(in, ecn);
  const bool is_in_order = in.seq <= next_ && end > next_;
  const bool had_holes = !later_.empty();
  if (end > next_) Store(in);
  Join();
  DecideAck(is_in_order, had_holes, now);
}

void TcpReceiver::HandleTimeout(Timestamp now) {
  if (now < ack_due_) return;
  ack_due_ = Timestamp::PlusInfinity();
  wants_ack_ = true;
}

// RFC 9293 section 3.8.6.2.2: a window that opened by little is not worth a segment.
void TcpReceiver::ResumeReading() {
  const auto before = static_cast<std::int64_t>(Window());
  is_reading_ = true;
  if (before < config_.receive_buffer.bytes() / 2) wants_ack_ = true;
}

Bytes TcpReceiver::TakeBytes() {
  return is_reading_ ? std::exchange(ready_, {}) : Bytes{};
}

bool TcpReceiver::TakeEnd() {
  if (has_given_end_ || next_ <= fin_at_ || !ready_.empty() || !is_reading_) return false;
  return has_given_end_ = true;
}

void TcpReceiver::Fill(TcpSegment& out) {
  out.flags |= TcpSegment::kAck;
  if (echoes_mark_) out.flags |= TcpSegment::kEce;
  out.ack = next_;
  out.window = Window();
  limit_ = std::max(limit_, next_ + out.window);
  out.echo = echo_;
  // RFC 2018 section 4: the block of the latest segment comes first.
  out.block_count = 0;
  const auto add = [&out](SeqRange block) {
    for (std::size_t i = 0; i < out.block_count; ++i) {
      if (out.blocks[i].begin == block.begin) return;
    }
    out.blocks[out.block_count++] = block;
  };
  std::array<SeqRange, 8> runs{};
  std::size_t count = 0;
  for (const auto& [seq, bytes] : later_) {
    const std::uint64_t end = seq + bytes.size();
    if (count > 0 && runs[count - 1].end == seq) {
      runs[count - 1].end = end;
    } else if (count < runs.size()) {
      runs[count++] = {seq, end};
    } else if (newest_ >= seq) {
      runs[count - 1] = {seq, end};  // The last place is for the newest one.
    }
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (newest_ >= runs[i].begin && newest_ < runs[i].end) add(runs[i]);
  }
  for (std::size_t i = 0; i < count && out.block_count < TcpSegment::kMostBlocks; ++i) {
    add(runs[i]);
  }
  last_ack_ = next_;
  unacked_ = 0;
  wants_ack_ = false;
  ack_due_ = Timestamp::PlusInfinity();
}

// RFC 3168 section 6.1.3: the echo goes on "until it receives a CWR packet"; a mark that comes
// with that begins it again. Linux acknowledges at once what changes the echo, so that the sender
// need not wait for a second segment.
void TcpReceiver::TakeMark(const TcpSegment& in, Ecn ecn) {
  const bool had_mark = echoes_mark_;
  if (in.has(TcpSegment::kCwr)) echoes_mark_ = false;
  if (ecn == Ecn::kCe) {
    ++marks_;
    echoes_mark_ = true;
  }
  if (echoes_mark_ && !had_mark) wants_ack_ = true;
}

void TcpReceiver::Store(const TcpSegment& in) {
  if (in.has(TcpSegment::kFin)) fin_at_ = in.seq + in.payload.size();
  const std::uint64_t end = in.seq + in.payload.size();
  const bool is_in_window = end <= next_ + static_cast<std::uint64_t>(Window()) || end <= limit_;
  if (end <= next_ || !is_in_window) return;
  if (in.seq <= next_) {
    const ByteView fresh = in.payload.subspan(next_ - in.seq);
    ready_.insert(ready_.end(), fresh.begin(), fresh.end());
    next_ = end;
  } else if (later_.try_emplace(in.seq, in.payload.begin(), in.payload.end()).second) {
    later_bytes_ += static_cast<std::int64_t>(in.payload.size());
    newest_ = in.seq;
  }
}

void TcpReceiver::Join() {
  while (!later_.empty() && later_.begin()->first <= next_) {
    const auto first = later_.begin();
    const std::uint64_t end = first->first + first->second.size();
    later_bytes_ -= static_cast<std::int64_t>(first->second.size());
    if (end > next_) {
      const auto skip = static_cast<std::ptrdiff_t>(next_ - first->first);
      ready_.insert(ready_.end(), first->second.begin() + skip, first->second.end());
      next_ = end;
    }
    later_.erase(first);
  }
  if (next_ == fin_at_) ++next_;
}

// RFC 5681 section 4.2: at once for what is out of order or fills a hole, and for every second
// full segment; the rest may wait.
void TcpReceiver::DecideAck(bool is_in_order, bool fills_hole, Timestamp now) {
  unacked_ = static_cast<std::int64_t>(next_ - last_ack_);
  const bool is_quick = quick_acks_ < config_.quick_acks;
  if (is_quick) ++quick_acks_;
  if (!is_in_order || fills_hole || is_quick || next_ > fin_at_ ||
      unacked_ >= 2 * config_.segment.bytes() || config_.ack_delay == TimeDelta::Zero()) {
    wants_ack_ = true;
  } else if (!ack_due_.is_finite()) {
    ack_due_ = now + config_.ack_delay;
  }
}

std::uint32_t TcpReceiver::Window() const {
  const std::int64_t kept = is_reading_ ? 0 : static_cast<std::int64_t>(ready_.size());
  const std::int64_t room = std::max<std::int64_t>(0, config_.receive_buffer.bytes() - kept);
  // RFC 9293 section 3.8.6.2.2: a window of less than a segment is none.
  return room < config_.segment.bytes() ? 0 : static_cast<std::uint32_t>(room);
}

}  // namespace onair::twin
