// SPDX-License-Identifier: Apache-2.0
#include "codec/bitstream/user_data.h"

#include <algorithm>

#include "codec/bitstream/capture_stamp.h"
#include "codec/bitstream/nal.h"
#include "codec/bitstream/sei.h"
#include "core/base/byte_reader.h"

namespace onair::codec {
namespace {

bool IsForApps(std::size_t type, ByteView payload) {
  if (type == static_cast<std::size_t>(UserDataKind::kRegistered)) return true;
  if (type != static_cast<std::size_t>(UserDataKind::kUnregistered)) return false;
  return payload.size() < kCaptureStampUuid.size() ||
         !std::equal(kCaptureStampUuid.begin(), kCaptureStampUuid.end(), payload.begin());
}

void AppendMessages(ByteView nal, VideoCodec codec, std::vector<UserData>& out) {
  const Bytes rbsp = RemoveEmulationPrevention(nal.first(std::min(nal.size(), kMaxUserDataBytes)));
  ByteReader reader(rbsp);
  reader.Skip(codec == VideoCodec::kH264 ? 1 : 2);
  while (reader.ok() && reader.remaining() > 2 && out.size() < kMaxUserDataMessages) {
    const std::size_t type = ReadSeiNumber(reader);
    const std::size_t size = ReadSeiNumber(reader);
    const ByteView payload = reader.Take(size);
    if (!reader.ok() || !IsForApps(type, payload)) continue;
    out.push_back({static_cast<UserDataKind>(type), Bytes(payload.begin(), payload.end())});
  }
}

}  // namespace

std::vector<UserData> FindUserData(ByteView access_unit, VideoCodec codec) {
  std::vector<UserData> found;
  ByteReader reader(access_unit);
  for (std::size_t i = 0; i < kMaxNals && reader.remaining() > 4; ++i) {
    const ByteView nal = reader.Take(reader.U32());
    if (!reader.ok() || IsSlice(nal, codec)) break;
    if (IsSei(nal, codec)) AppendMessages(nal, codec, found);
  }
  return found;
}

}  // namespace onair::codec
