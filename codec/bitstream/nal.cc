// SPDX-License-Identifier: Apache-2.0
#include "codec/bitstream/nal.h"

#include "core/base/byte_reader.h"
#include "core/base/byte_writer.h"

namespace onair::codec {
namespace {

Result<std::vector<ByteView>> TooMany() {
  return Fail(ErrorCode::kBitstream, "more than 1024 NAL units in one access unit");
}

std::size_t ReadLength(ByteReader& reader, std::size_t length_bytes) {
  switch (length_bytes) {
    case 1:
      return reader.U8();
    case 2:
      return reader.U16();
    default:
      return reader.U32();
  }
}

// Index of the next 00 00 01 at or after `from`; the size when there is none.
std::size_t FindStartCode(ByteView stream, std::size_t from) {
  for (std::size_t i = from; i + 3 <= stream.size(); ++i) {
    if (stream[i] == 0 && stream[i + 1] == 0 && stream[i + 2] == 1) return i;
  }
  return stream.size();
}

ByteView WithoutTrailingZeros(ByteView nal) {
  while (!nal.empty() && nal.back() == 0) nal = nal.first(nal.size() - 1);
  return nal;
}

}  // namespace

int NalType(ByteView nal, VideoCodec codec) {
  if (codec == VideoCodec::kH264) return nal.empty() ? -1 : nal[0] & 0x1f;
  return nal.size() < 2 ? -1 : (nal[0] >> 1) & 0x3f;
}

bool IsSlice(ByteView nal, VideoCodec codec) {
  const int type = NalType(nal, codec);
  if (codec == VideoCodec::kH265) {
    return type >= 0 && type <= static_cast<int>(H265NalType::kLastSlice);
  }
  return type >= static_cast<int>(H264NalType::kSlice) &&
         type <= static_cast<int>(H264NalType::kIdrSlice);
}

Result<std::vector<ByteView>> SplitLengths(ByteView access_unit, std::size_t length_bytes) {
  std::vector<ByteView> nals;
  ByteReader reader(access_unit);
  while (reader.remaining() > 0) {
    const std::size_t length = ReadLength(reader, length_bytes);
    const ByteView nal = reader.Take(length);
    if (!reader.ok()) return Fail(ErrorCode::kBitstream, "a NAL length passes the end");
    if (nal.empty()) return Fail(ErrorCode::kBitstream, "a NAL length is 0");
    if (nals.size() == kMaxNals) return TooMany();
    nals.push_back(nal);
  }
  return nals;
}

Result<std::vector<ByteView>> SplitAnnexB(ByteView stream) {
  std::vector<ByteView> nals;
  std::size_t start = FindStartCode(stream, 0);
  while (start < stream.size()) {
    const std::size_t begin = start + 3;
    const std::size_t end = FindStartCode(stream, begin);
    const ByteView nal = WithoutTrailingZeros(stream.subspan(begin, end - begin));
    if (!nal.empty()) {
      if (nals.size() == kMaxNals) return TooMany();
      nals.push_back(nal);
    }
    start = end;
  }
  return nals;
}

Bytes JoinLengths(std::span<const ByteView> nals) {
  ByteWriter writer;
  for (const ByteView nal : nals) {
    writer.U32(static_cast<std::uint32_t>(nal.size())).Append(nal);
  }
  return writer.Take();
}

Bytes JoinAnnexB(std::span<const ByteView> nals) {
  ByteWriter writer;
  for (const ByteView nal : nals) writer.U32(1).Append(nal);
  return writer.Take();
}

Result<Bytes> AnnexBToLengths(ByteView stream) {
  const auto nals = SplitAnnexB(stream);
  if (!nals) return Forward(nals);
  return JoinLengths(*nals);
}

Result<Bytes> LengthsToAnnexB(ByteView access_unit, std::size_t length_bytes) {
  const auto nals = SplitLengths(access_unit, length_bytes);
  if (!nals) return Forward(nals);
  return JoinAnnexB(*nals);
}

Result<Bytes> ToFourByteLengths(ByteView access_unit, std::size_t length_bytes) {
  const auto nals = SplitLengths(access_unit, length_bytes);
  if (!nals) return Forward(nals);
  return JoinLengths(*nals);
}

Bytes RemoveEmulationPrevention(ByteView nal) {
  Bytes out;
  out.reserve(nal.size());
  int zeros = 0;
  for (const std::uint8_t byte : nal) {
    if (zeros >= 2 && byte == 3) {
      zeros = 0;
      continue;
    }
    zeros = byte == 0 ? zeros + 1 : 0;
    out.push_back(byte);
  }
  return out;
}

Bytes InsertEmulationPrevention(ByteView rbsp) {
  Bytes out;
  out.reserve(rbsp.size() + rbsp.size() / 64 + 1);
  int zeros = 0;
  for (const std::uint8_t byte : rbsp) {
    if (zeros >= 2 && byte <= 3) {
      out.push_back(3);
      zeros = 0;
    }
    zeros = byte == 0 ? zeros + 1 : 0;
    out.push_back(byte);
  }
  // H.264 section 7.4.1: a unit whose last byte is 0 ends with a further 03.
  if (zeros > 0) out.push_back(3);
  return out;
}

}  // namespace onair::codec
