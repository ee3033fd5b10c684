// SPDX-License-Identifier: Apache-2.0
#include "transport/flv/demuxer.h"

#include <algorithm>
#include <string>
#include <utility>

#include "core/base/byte_reader.h"
#include "transport/flv/tag.h"

namespace onair::flv {
namespace {

constexpr std::size_t kFileHeaderSize = 9;
constexpr std::size_t kTagHeaderSize = 11;
constexpr std::size_t kTagSizeSize = 4;
// A header may announce a later start of the tags; nobody uses it, so little is allowed.
constexpr std::size_t kMaxHeaderRest = 1024;
// A tag's memory grows with the bytes that come, not with the size it claims.
constexpr std::size_t kReserve = 128 * 1024;

}  // namespace

void Demuxer::HandleBytes(ByteView in, Timestamp now) {
  while (part_ != Part::kFailed) {
    const std::size_t count = std::min(Wanted() - partial_.size(), in.size());
    const auto taken = in.first(count);
    partial_.insert(partial_.end(), taken.begin(), taken.end());
    in = in.subspan(count);
    if (partial_.size() < Wanted()) return;
    HandlePart(now);
  }
}

Output<Demuxer::Event> Demuxer::Poll() {
  if (events_.empty()) return Idle{};
  Event event = std::move(events_.front());
  events_.pop_front();
  return event;
}

std::size_t Demuxer::Wanted() const {
  switch (part_) {
    case Part::kFileHeader:
      return kFileHeaderSize;
    case Part::kHeaderRest:
      return header_rest_;
    case Part::kTagHeader:
      return kTagHeaderSize;
    case Part::kTagBody:
      return tag_size_;
    case Part::kTagSize:
      return kTagSizeSize;
    case Part::kFailed:
      return 0;
  }
  return 0;
}

void Demuxer::HandlePart(Timestamp now) {
  switch (part_) {
    case Part::kFileHeader:
      HandleFileHeader();
      break;
    case Part::kHeaderRest:
      part_ = Part::kTagSize;
      break;  // PreviousTagSize0.
    case Part::kTagHeader:
      HandleTagHeader();
      break;
    case Part::kTagBody:
      HandleTag(now);
      break;
    case Part::kTagSize:
      HandleTagSize();
      break;
    case Part::kFailed:
      break;
  }
  partial_.clear();
}

// |"FLV"|version 8|flags 8|offset of the first PreviousTagSize 32|
void Demuxer::HandleFileHeader() {
  ByteReader in(partial_);
  const bool is_flv = in.U8() == 'F' && in.U8() == 'L' && in.U8() == 'V';
  if (!is_flv) return Fail({ErrorCode::kFlvMalformed, "the stream does not begin with FLV"});
  in.Skip(2);  // Writers set version 1 and get the flags wrong.
  const std::uint32_t offset = in.U32();
  if (offset < kFileHeaderSize || offset - kFileHeaderSize > kMaxHeaderRest) {
    return Fail(
        {ErrorCode::kFlvMalformed, "the header claims " + std::to_string(offset) + " bytes"});
  }
  header_rest_ = offset - kFileHeaderSize;
  part_ = header_rest_ > 0 ? Part::kHeaderRest : Part::kTagSize;
}

// |reserved 2, encrypted 1, type 5|size 24|timestamp 24|timestamp high 8|stream id 24|
void Demuxer::HandleTagHeader() {
  ByteReader in(partial_);
  tag_type_ = in.U8();
  tag_size_ = in.U24();
  tag_timestamp_ms_ = in.U24();
  tag_timestamp_ms_ |= static_cast<std::uint32_t>(in.U8()) << 24;
  const bool is_known = tag_type_ == static_cast<std::uint8_t>(TagType::kAudio) ||
                        tag_type_ == static_cast<std::uint8_t>(TagType::kVideo) ||
                        tag_type_ == static_cast<std::uint8_t>(TagType::kScript);
  if (!is_known) {
    return Fail({ErrorCode::kFlvMalformed, "a tag of type " + std::to_string(tag_type_)});
  }
  if (tag_size_ > kMaxTagBody) {
    return Fail({ErrorCode::kFlvMalformed, "a tag of " + std::to_string(tag_size_) + " bytes"});
  }
  part_ = Part::kTagBody;
  Bytes body;
  body.reserve(std::min(tag_size_, kReserve));
  partial_ = std::move(body);
}

void Demuxer::HandleTag(Timestamp now) {
  const Buffer body = Buffer::Own(std::exchange(partial_, {}));
  part_ = Part::kTagSize;
  StreamReader::Answer answer = tag_type_ == static_cast<std::uint8_t>(TagType::kVideo)
                                    ? reader_.HandleVideo(body, tag_timestamp_ms_, now)
                                : tag_type_ == static_cast<std::uint8_t>(TagType::kAudio)
                                    ? reader_.HandleAudio(body, tag_timestamp_ms_, now)
                                    : reader_.HandleScript(body.view());
  if (!answer) return Fail(std::move(answer.error()));
  if (!*answer) return;
  std::visit([this](auto& event) { events_.emplace_back(std::move(event)); }, **answer);
}

void Demuxer::HandleTagSize() {
  ByteReader in(partial_);
  // In front of the first tag the field is 0, as tag_size_ is.
  const std::size_t expected = tag_type_ == 0 ? 0 : kTagHeaderSize + tag_size_;
  if (in.U32() != expected) ++wrong_tag_sizes_;
  part_ = Part::kTagHeader;
}

void Demuxer::Fail(Error error) {
  part_ = Part::kFailed;
  events_.emplace_back(Failed{std::move(error)});
}

}  // namespace onair::flv
