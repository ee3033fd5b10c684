// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/fec_encoder.h"

#include <algorithm>
#include <array>

#include "transport/rtp/sequence.h"

namespace onair::rtp {
namespace {

constexpr int kMaxDistance = 108;  // The last bit of FlexFEC-03's mask.

constexpr std::uint16_t kOneByteProfile = 0xbede;
constexpr std::size_t kBlockHead = 4;

bool ChangesAtSending(const ExtensionMap& map, std::uint8_t id) {
  const auto kind = map.kind_of(id);
  return kind == ExtensionKind::kTransportSequence || kind == ExtensionKind::kAbsSendTime;
}

}  // namespace

FecEncoder::FecEncoder(std::uint32_t media_ssrc, const ExtensionMap& extensions)
    : ssrc_(media_ssrc), extensions_(extensions), repairs_(kMaxRepairs) {}

void FecEncoder::BeginGroup(std::size_t repairs) {
  count_ = std::min(repairs, kMaxRepairs);
  next_ = 0;
  packets_ = 0;
  for (std::size_t i = 0; i < count_; ++i) {
    repairs_[i].sum.Clear();
    repairs_[i].mask.reset();
  }
}

bool FecEncoder::Add(ByteView packet) {
  if (count_ == 0 || next_ > 0 || packet.size() > kMaxFecMedia) return false;
  const auto parsed = ParsePacket(packet);
  if (!parsed) return false;
  const std::uint16_t sequence = parsed->header.sequence_number;
  if (packets_ == 0) sn_base_ = sequence;
  const int distance = SequenceDistance(sn_base_, sequence);
  if (distance < 0 || distance > kMaxDistance) return false;
  std::array<std::uint8_t, kMaxFecMedia> copy;  // NOLINT: its front is written right here.
  std::copy(packet.begin(), packet.end(), copy.begin());
  const auto bytes = std::span(copy).first(packet.size());
  ZeroSendingExtensions(extensions_, bytes);
  Repair& repair = repairs_[packets_ % count_];
  repair.sum.Add(bytes);
  repair.mask.set(static_cast<std::size_t>(distance));
  ++packets_;
  return true;
}

std::optional<std::size_t> FecEncoder::Next(std::span<std::uint8_t> room) {
  // Fewer packets than repairs leave some with nothing to say.
  if (next_ >= std::min(count_, packets_)) return std::nullopt;
  const Repair& repair = repairs_[next_++];
  SpanWriter out(room);
  WriteFlexFec03({repair.sum.header(), ssrc_, sn_base_, repair.mask, repair.sum.bytes()}, out);
  if (out.size() == 0) return std::nullopt;
  return out.size();
}

void ZeroSendingExtensions(const ExtensionMap& map, std::span<std::uint8_t> packet) {
  const auto parsed = ParsePacket(packet);
  if (!parsed || parsed->extension.bytes.empty()) return;
  const std::size_t begin = kFixedHeaderBytes + parsed->csrcs.size() + kBlockHead;
  const auto block = packet.subspan(begin, parsed->extension.bytes.size());
  const bool is_one_byte = parsed->extension.profile == kOneByteProfile;
  const std::size_t head = is_one_byte ? 1 : 2;
  std::size_t at = 0;
  while (at + head <= block.size()) {
    const auto id = static_cast<std::uint8_t>(is_one_byte ? block[at] >> 4 : block[at]);
    if (id == 0) {  // Padding.
      ++at;
      continue;
    }
    const std::size_t size =
        is_one_byte ? std::size_t{block[at] & 0x0fU} + 1 : std::size_t{block[at + 1]};
    at += head;
    if (size > block.size() - at) return;
    if (ChangesAtSending(map, id)) std::fill_n(block.begin() + static_cast<long>(at), size, 0);
    at += size;
  }
}

}  // namespace onair::rtp
