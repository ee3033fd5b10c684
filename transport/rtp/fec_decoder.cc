// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/fec_decoder.h"

#include <algorithm>
#include <array>
#include <utility>

#include "transport/rtp/fec_encoder.h"
#include "transport/rtp/packet.h"

namespace onair::rtp {

FecDecoder::FecDecoder(std::uint32_t media_ssrc, const ExtensionMap& extensions)
    : ssrc_(media_ssrc), extensions_(extensions), media_(kMediaPackets) {}

void FecDecoder::HandleMedia(ByteView packet) {
  const auto parsed = ParsePacket(packet);
  if (!parsed || packet.size() > kMaxFecMedia || parsed->header.ssrc != ssrc_) return;
  const std::int64_t sequence = sequences_.Unwrap(parsed->header.sequence_number);
  if (Find(sequence) != nullptr) return;
  if (sequence <= *sequences_.newest() - static_cast<std::int64_t>(kMediaPackets)) return;
  ++stats_.media;
  Remember(sequence, packet);
  TryRepairs(sequence);
}

void FecDecoder::HandleRepair(const FecPacket& repair) {
  ++stats_.repairs;
  const bool is_other = repair.ssrc && *repair.ssrc != ssrc_;
  const std::int64_t base = sequences_.Peek(repair.sn_base);
  const auto window = static_cast<std::int64_t>(kMediaPackets - kMaxFecSpan);
  const bool is_far = sequences_.newest() && (base <= *sequences_.newest() - window ||
                                              base > *sequences_.newest() + window);
  if (is_other || is_far || repair.protection.size() > kMaxFecMedia - kFixedHeaderBytes) {
    ++stats_.dropped;
    return;
  }
  Repair& kept = AddRepair();
  kept.base = base;
  kept.bytes.assign(repair.protection.begin(), repair.protection.end());
  kept.packet = repair;
  kept.packet.protection = kept.bytes;
  const std::int64_t before = stats_.recovered;
  if (Try(kept) == Progress::kWaits) return;
  DropRepair(waiting_ - 1);
  if (stats_.recovered > before) TryRepairs(last_recovered_);
}

FecDecoder::Repair& FecDecoder::AddRepair() {
  if (waiting_ == kMaxRepairs) {
    DropRepair(0);
    ++stats_.dropped;
  }
  if (waiting_ == repairs_.size()) repairs_.emplace_back();
  return repairs_[waiting_++];
}

// A move keeps the bytes where they are, so what borrows them stays good.
void FecDecoder::DropRepair(std::size_t index) {
  const auto at = repairs_.begin() + static_cast<std::ptrdiff_t>(index);
  std::rotate(at, at + 1, repairs_.begin() + static_cast<std::ptrdiff_t>(waiting_));
  --waiting_;
}

std::optional<ByteView> FecDecoder::Poll() {
  while (!recovered_.empty()) {
    const Media* media = Find(recovered_.front());
    recovered_.Pop();
    if (media != nullptr) return media->bytes;
  }
  return std::nullopt;
}

const FecDecoder::Media* FecDecoder::Find(std::int64_t sequence) const {
  if (sequence < 0) return nullptr;
  const Media& media = media_[static_cast<std::size_t>(sequence) % kMediaPackets];
  return media.sequence == sequence ? &media : nullptr;
}

void FecDecoder::Remember(std::int64_t sequence, ByteView packet) {
  Media& media = media_[static_cast<std::size_t>(sequence) % kMediaPackets];
  media.sequence = sequence;
  media.bytes.assign(packet.begin(), packet.end());
  ZeroSendingExtensions(extensions_, media.bytes);
}

// One packet may complete a repair, whose packet may complete the next.
void FecDecoder::TryRepairs(std::int64_t sequence) {
  // A repair of one packet is a copy of it, and may come before any media: nothing is old then.
  const std::int64_t oldest =
      sequences_.newest().value_or(0) - static_cast<std::int64_t>(kMediaPackets - kMaxFecSpan);
  while (waiting_ > 0 && repairs_.front().base < oldest) {
    DropRepair(0);
    ++stats_.dropped;
  }
  for (std::size_t i = 0; i < waiting_;) {
    const std::int64_t bit = sequence - repairs_[i].base;
    const bool covers = bit >= 0 && bit < static_cast<std::int64_t>(kMaxFecSpan) &&
                        repairs_[i].packet.mask.test(static_cast<std::size_t>(bit));
    const std::int64_t before = stats_.recovered;
    if (!covers || Try(repairs_[i]) == Progress::kWaits) {
      ++i;
      continue;
    }
    DropRepair(i);
    if (stats_.recovered == before) continue;
    sequence = last_recovered_;
    i = 0;
  }
}

FecDecoder::Progress FecDecoder::Try(const Repair& repair) {
  std::optional<std::int64_t> missing;
  for (std::size_t i = 0; i < kMaxFecSpan; ++i) {
    const std::int64_t sequence = repair.base + static_cast<std::int64_t>(i);
    if (!repair.packet.mask.test(i) || Find(sequence) != nullptr) continue;
    if (missing) return Progress::kWaits;
    missing = sequence;
  }
  if (missing) return Recover(repair, *missing);
  ++stats_.unused;
  return Progress::kDone;
}

FecDecoder::Progress FecDecoder::Recover(const Repair& repair, std::int64_t missing) {
  FecXor sum;
  sum.Add(repair.packet);
  for (std::size_t i = 0; i < kMaxFecSpan; ++i) {
    const std::int64_t sequence = repair.base + static_cast<std::int64_t>(i);
    if (repair.packet.mask.test(i) && sequence != missing) sum.Add(Find(sequence)->bytes);
  }
  const FecHeaderXor& header = sum.header();
  std::array<std::uint8_t, kMaxFecMedia> packet{};
  SpanWriter out(packet);
  out.U8(static_cast<std::uint8_t>(0x80 | (header.first & 0x3f))).U8(header.second);
  out.U16(static_cast<std::uint16_t>(missing)).U32(header.timestamp).U32(ssrc_);
  // Behind the protection nothing is known: a part of a packet is none.
  if (header.length > repair.packet.protection.size()) {
    ++stats_.refused;
    return Progress::kDone;
  }
  out.Append(sum.bytes().first(header.length));
  if (!out.ok() || !ParsePacket(out.view())) {
    ++stats_.refused;
    return Progress::kDone;
  }
  Remember(missing, out.view());
  if (recovered_.size() == kMediaPackets) recovered_.Pop();  // Nobody polls.
  static_cast<void>(recovered_.Push(missing));
  last_recovered_ = missing;
  ++stats_.recovered;
  return Progress::kDone;
}

}  // namespace onair::rtp
