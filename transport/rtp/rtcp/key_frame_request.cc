// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/rtcp/key_frame_request.h"

namespace onair::rtp::rtcp {
namespace {

constexpr std::uint8_t kPictureLoss = 1;
constexpr std::uint8_t kFullIntra = 4;

}  // namespace

std::optional<PictureLoss> ReadPictureLoss(const Block& block) {
  if (!block.is(Type::kPayloadFeedback, kPictureLoss)) return std::nullopt;
  ByteReader in(block.body);
  const PictureLoss loss{.sender_ssrc = in.U32(), .media_ssrc = in.U32()};
  if (!in.ok()) return std::nullopt;
  return loss;
}

std::optional<FullIntraRequest> ReadFullIntraRequest(const Block& block) {
  if (!block.is(Type::kPayloadFeedback, kFullIntra)) return std::nullopt;
  ByteReader in(block.body);
  const std::uint32_t sender = in.U32();
  in.Skip(4);
  const FullIntraRequest request{.sender_ssrc = sender, .items = in.Take(in.remaining())};
  if (!in.ok() || request.items.size() % 8 != 0) return std::nullopt;
  return request;
}

bool WritePictureLoss(const PictureLoss& loss, SpanWriter& out) {
  return WriteWhole(out, 12, [&] {
    BlockWriter block(out, Type::kPayloadFeedback, kPictureLoss);
    out.U32(loss.sender_ssrc).U32(loss.media_ssrc);
  });
}

bool WriteFullIntraRequest(std::uint32_t sender_ssrc, const FullIntraItem& item, SpanWriter& out) {
  return WriteWhole(out, 20, [&] {
    BlockWriter block(out, Type::kPayloadFeedback, kFullIntra);
    out.U32(sender_ssrc).U32(0).U32(item.media_ssrc).U8(item.number).U24(0);
  });
}

}  // namespace onair::rtp::rtcp
