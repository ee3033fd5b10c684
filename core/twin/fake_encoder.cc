// SPDX-License-Identifier: Apache-2.0
#include "core/twin/fake_encoder.h"

#include <algorithm>
#include <cmath>

#include "core/base/byte_reader.h"
#include "core/base/byte_writer.h"
#include "core/twin/chance.h"

namespace onair::twin {
namespace {

// ISO/IEC 14496-15 section 5.3.3: a 1280x720 High profile record, encoded by us.
Buffer Avcc720p() {
  return Buffer::Own({0x01, 0x64, 0x00, 0x1f, 0xff, 0xe1, 0x00, 0x18, 0x67, 0x64, 0x00,
                      0x1f, 0xac, 0xb4, 0x02, 0x80, 0x2d, 0xd8, 0x08, 0x80, 0x00, 0x00,
                      0x03, 0x00, 0x80, 0x00, 0x00, 0x1e, 0x47, 0x8c, 0x19, 0x50, 0x01,
                      0x00, 0x04, 0x68, 0xef, 0x0f, 0xcb, 0xfd, 0xf8, 0xf8, 0x00});
}

// ITU-T H.264 section 7.3.1: nal_ref_idc and nal_unit_type.
std::uint8_t NalHeader(FrameKind kind) {
  if (kind == FrameKind::kKey) return 0x65;
  return kind == FrameKind::kDroppable ? 0x01 : 0x41;
}

constexpr std::size_t kHeaderBytes = 4 + 1 + 8 + 8;  // Length, NAL header, both numbers.

// As codec/encode's rate control pays back: over about a second or until the next key frame, by
// pictures of at most so much more; what a VBV of a quarter of a second cannot hold is lost.
constexpr double kPaybackSeconds = 1.0;
constexpr double kLeastPaybackSeconds = 0.33;
constexpr double kMostShare = 1.5;
constexpr double kMostOwedSeconds = 0.25;

Status Refuse(const char* field) {
  return Fail(ErrorCode::kInvalidConfig, field);
}

bool IsWithin(double value, double low, double high) {
  return value >= low && value <= high;
}

}  // namespace

Status FakeEncoderConfig::Validate() const {
  if (rate < DataRate::KilobitsPerSec(10) || rate > DataRate::KilobitsPerSec(100'000)) {
    return Refuse("rate");
  }
  if (!IsWithin(frame_rate, 1, 120)) return Refuse("frame_rate");
  if (gop < TimeDelta::Millis(100) || gop > TimeDelta::Seconds(60)) return Refuse("gop");
  if (!IsWithin(key_factor, 1, 20)) return Refuse("key_factor");
  if (!IsWithin(noise, 0, 0.9)) return Refuse("noise");
  if (!IsWithin(wander, 0, 0.5)) return Refuse("wander");
  if (reaction < TimeDelta::Zero() || reaction > TimeDelta::Seconds(2)) return Refuse("reaction");
  if (!IsWithin(droppable, 0, 1)) return Refuse("droppable");
  return {};
}

FakeEncoder::FakeEncoder(const FakeEncoderConfig& config, Rng rng)
    : config_(config),
      rng_(rng),
      track_{VideoCodec::kH264, {1280, 720}, config.frame_rate, Avcc720p()} {}

void FakeEncoder::Apply(const EncoderTarget& target) {
  if (target.frame_rate != config_.frame_rate) {
    line_start_ = next_pts();
    since_line_start_ = 0;
    config_.frame_rate = target.frame_rate;
  }
  config_.rate = target.video_rate;
  frame_limit_ = target.frame_limit;
  intake_ = target.intake;
  if (target.key_frame == KeyFrameWanted::kYes) RequestKeyFrame();
}

MediaTime FakeEncoder::next_pts() const {
  return line_start_ +
         TimeDelta::SecondsF(static_cast<double>(since_line_start_) / config_.frame_rate);
}

std::int64_t FakeEncoder::SkipTo(MediaTime at) {
  std::int64_t skipped = 0;
  for (; next_pts() < at; ++skipped) ++since_line_start_;
  return skipped;
}

Intake FakeEncoder::IntakeAt(Timestamp at) {
  Obey(at);
  return intake_;
}

void FakeEncoder::Obey(Timestamp at) {
  for (; !pending_.empty() && pending_.front().at <= at; pending_.pop_front()) {
    const Pending& due = pending_.front();
    due.target ? Apply(*due.target) : RequestKeyFrame();
  }
}

EncodedFrame FakeEncoder::Next(Timestamp captured_at) {
  Obey(captured_at);
  const MediaTime pts = next_pts();
  const bool is_key = wants_key_ || pts >= next_key_;
  const bool is_droppable = rng_.Fraction() < config_.droppable;
  const FrameKind kind = is_key         ? FrameKind::kKey
                         : is_droppable ? FrameKind::kDroppable
                                        : FrameKind::kReference;
  if (is_key) {
    wants_key_ = false;
    next_key_ = pts + config_.gop;
  }
  const std::size_t size = SizeOf(kind);
  ByteWriter writer;
  writer.U32(static_cast<std::uint32_t>(size - 4))
      .U8(NalHeader(kind))
      .U64(static_cast<std::uint64_t>(number_))
      .U64(static_cast<std::uint64_t>(is_key ? -1 : reference_));
  if (kind != FrameKind::kDroppable) reference_ = number_;
  Bytes payload;
  payload.reserve(size);
  payload.assign(writer.view().begin(), writer.view().end());
  payload.resize(size, static_cast<std::uint8_t>(1 + number_ % 255));
  ++number_;
  ++since_line_start_;
  return {Buffer::Own(std::move(payload)), kind, pts, pts, captured_at};
}

// A GOP of n frames costs rate * gop bits: one key frame and n - 1 frames of the mean size.
std::size_t FakeEncoder::SizeOf(FrameKind kind) {
  const double frames = std::max(1.0, std::round(config_.gop.seconds_f() * config_.frame_rate));
  const double gop_bytes = static_cast<double>((config_.rate * config_.gop).bytes());
  const double mean = gop_bytes / (frames - 1 + config_.key_factor);
  const double weight = kind == FrameKind::kKey ? config_.key_factor : 1.0;
  const double spread = 1 + config_.noise * (2 * rng_.Fraction() - 1);
  const double due = mean * weight * spread * Need();
  double size = kind == FrameKind::kKey ? due : due * Payback();
  if (frame_limit_) size = std::min(size, static_cast<double>(frame_limit_->bytes()));
  const double per_second = gop_bytes / config_.gop.seconds_f();
  owed_s_ = std::clamp(owed_s_ + (due - size) / per_second, 0.0, kMostOwedSeconds);
  return std::max(kHeaderBytes, static_cast<std::size_t>(size));
}

double FakeEncoder::Payback() const {
  const double to_key = (next_key_ - next_pts()).seconds_f();
  const double over = std::clamp(to_key, kLeastPaybackSeconds, kPaybackSeconds);
  return std::min(1 + owed_s_ / over, kMostShare);
}

// A first-order process with a memory of a second.
double FakeEncoder::Need() {
  if (config_.wander == 0) return 1;
  const double memory = Exp(-1 / config_.frame_rate);
  need_ = memory * need_ + std::sqrt(1 - memory * memory) * Gaussian(rng_);
  return std::max(0.1, 1 + config_.wander * need_);
}

std::int64_t FrameNumber(const EncodedFrame& frame) {
  ByteReader reader(frame.payload.view());
  if (frame.kind != FrameKind::kAudio) reader.Skip(5);
  const std::uint64_t number = reader.U64();
  return reader.ok() ? static_cast<std::int64_t>(number) : -1;
}

std::int64_t ReferenceNumber(const EncodedFrame& frame) {
  ByteReader reader(frame.payload.view());
  reader.Skip(13);
  const std::uint64_t number = reader.U64();
  return reader.ok() ? static_cast<std::int64_t>(number) : -1;
}

}  // namespace onair::twin
