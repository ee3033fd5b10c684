// SPDX-License-Identifier: Apache-2.0
#include "platform/apple/ios/sample_buffer.h"

#include <utility>

#include "platform/apple/ios/cf.h"

namespace onair::apple {
namespace {

bool IsSet(CFDictionaryRef attachments, CFStringRef key, bool otherwise) {
  const void* value = CFDictionaryGetValue(attachments, key);
  return value == nullptr ? otherwise
                          : CFBooleanGetValue(static_cast<CFBooleanRef>(value)) != false;
}

}  // namespace

Bytes BytesOf(CMSampleBufferRef sample) {
  CMBlockBufferRef block = CMSampleBufferGetDataBuffer(sample);
  if (block == nullptr) return {};
  Bytes bytes(CMBlockBufferGetDataLength(block));
  if (CMBlockBufferCopyDataBytes(block, 0, bytes.size(), bytes.data()) != noErr) return {};
  return bytes;
}

FrameKind KindOf(CMSampleBufferRef sample) {
  CFArrayRef all = CMSampleBufferGetSampleAttachmentsArray(sample, false);
  if (all == nullptr || CFArrayGetCount(all) == 0) return FrameKind::kKey;
  const auto first = static_cast<CFDictionaryRef>(CFArrayGetValueAtIndex(all, 0));
  if (!IsSet(first, kCMSampleAttachmentKey_NotSync, false)) return FrameKind::kKey;
  const bool is_needed = IsSet(first, kCMSampleAttachmentKey_IsDependedOnByOthers, true);
  return is_needed ? FrameKind::kReference : FrameKind::kDroppable;
}

MediaTime MediaTimeOf(CMTime time) {
  const CMTime ours = CMTimeConvertScale(time, kTicksPerSecond, kCMTimeRoundingMethod_Default);
  return MediaTime::Micros(ours.value);
}

Buffer RecordOf(CMFormatDescriptionRef format, VideoCodec codec) {
  const auto atoms = static_cast<CFDictionaryRef>(CMFormatDescriptionGetExtension(
      format, kCMFormatDescriptionExtension_SampleDescriptionExtensionAtoms));
  if (atoms == nullptr) return {};
  const CfRef<CFStringRef> name(CFStringCreateWithCString(
      kCFAllocatorDefault, codec == VideoCodec::kH264 ? "avcC" : "hvcC", kCFStringEncodingUTF8));
  const auto data = static_cast<CFDataRef>(CFDictionaryGetValue(atoms, name.get()));
  if (data == nullptr) return {};
  const std::uint8_t* bytes = CFDataGetBytePtr(data);
  return Buffer::Own(Bytes(bytes, bytes + CFDataGetLength(data)));
}

}  // namespace onair::apple
