// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/sent_packets.h"

#include "transport/rtp/sequence.h"

namespace onair::rtp {
namespace {

constexpr std::size_t kFirstPackets = 256;

}  // namespace

SentPackets::SentPackets() : entries_(kFirstPackets) {}

void SentPackets::Grow() {
  std::vector<Entry> old(entries_.size() * 2);
  old.swap(entries_);
  for (std::int64_t number = oldest_; number < next_; ++number) {
    EntryOf(number) = old[static_cast<std::size_t>(number) % old.size()];
  }
}

void SentPackets::Forget(Entry& entry) {
  if (!entry.is_in_flight) return;
  entry.is_in_flight = false;
  in_flight_ -= DataSize::Bytes(entry.size_bytes);
}

void SentPackets::Expire(Timestamp now) {
  for (; oldest_ < next_; ++oldest_) {
    Entry& entry = EntryOf(oldest_);
    const bool is_overwritten = next_ - oldest_ >= static_cast<std::int64_t>(entries_.size());
    if (!is_overwritten && now - Timestamp::Micros(entry.sent_us) < kMaxAge) return;
    if (entry.is_in_flight) ++stats_.unreported;
    Forget(entry);
  }
}

void SentPackets::OnSent(DataSize size, Timestamp now, std::uint32_t probe) {
  const bool is_full = next_ - oldest_ >= static_cast<std::int64_t>(entries_.size());
  if (is_full && entries_.size() < kPackets && EntryOf(next_).is_in_flight) Grow();
  Expire(now);
  EntryOf(next_++) = {.sent_us = now.us(),
                      .probe = probe,
                      .size_bytes = static_cast<std::uint16_t>(size.bytes()),
                      .is_in_flight = true};
  in_flight_ += size;
  ++stats_.sent;
}

// 24 bits of 64 ms wrap after 12 days: each is taken for the one nearest to the last.
Timestamp SentPackets::ReferenceOf(std::uint32_t wire) {
  if (!reference_) reference_ = std::int64_t{1} << 24 | wire;
  const auto step =
      static_cast<std::int32_t>((wire - static_cast<std::uint32_t>(*reference_)) << 8);
  *reference_ += step >> 8;
  return Timestamp::Zero() + rtcp::kReferenceTick * *reference_;
}

std::span<const cc::PacketFate> SentPackets::OnFeedback(const rtcp::TransportFeedback& feedback,
                                                        Timestamp now) {
  fates_.clear();
  Expire(now);
  const auto newest = static_cast<std::uint16_t>(next_ - 1);
  const std::int64_t base = next_ - 1 + SequenceDistance(newest, feedback.base_sequence);
  if (base + feedback.status_count > next_) {
    ++stats_.implausible_feedback;
    return {};
  }
  const Timestamp reference = ReferenceOf(feedback.reference_time);
  std::int64_t number = base;
  feedback.ForEach([&](std::uint16_t, std::optional<TimeDelta> since_reference) {
    const std::int64_t at = number++;
    if (at < oldest_ || !EntryOf(at).is_in_flight) return;
    Entry& entry = EntryOf(at);
    cc::PacketFate fate{.sent_at = Timestamp::Micros(entry.sent_us),
                        .size = DataSize::Bytes(entry.size_bytes),
                        .probe = entry.probe};
    if (since_reference) fate.arrived_at = reference + *since_reference;
    ++(since_reference ? stats_.arrived : stats_.lost);
    Forget(entry);
    fates_.push_back(fate);
  });
  return fates_;
}

}  // namespace onair::rtp
