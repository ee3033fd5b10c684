// SPDX-License-Identifier: Apache-2.0
#import <OnairApple/ONSampleBuffer.h>

#include "platform/apple/bridge/encoded.h"
#import "platform/apple/foundation/error.h"
#include "platform/apple/ios/sample_buffer.h"

using namespace onair;
using namespace onair::apple;

namespace {

NSData* DataOf(ByteView bytes) {
  return [NSData dataWithBytes:bytes.data() length:bytes.size()];
}

// Without B pictures there is none.
MediaTime DecodeTimeOf(CMSampleBufferRef sample) {
  const CMTime time = CMSampleBufferGetDecodeTimeStamp(sample);
  const bool is_there = (time.flags & kCMTimeFlags_Valid) != 0;
  return MediaTimeOf(is_there ? time : CMSampleBufferGetPresentationTimeStamp(sample));
}

}  // namespace

NSData* ONDecoderConfigurationOfFormat(CMFormatDescriptionRef format) {
  for (const VideoCodec codec : {VideoCodec::kH264, VideoCodec::kH265}) {
    const Buffer record = RecordOf(format, codec);
    if (!record.empty()) return DataOf(record.view());
  }
  return nil;
}

@implementation ONEncodedFrame (SampleBuffer)

+ (instancetype)frameWithSampleBuffer:(CMSampleBufferRef)sample
                           capturedAt:(NSTimeInterval)capturedAt
                                error:(NSError**)error {
  const Bytes bytes = BytesOf(sample);
  CMFormatDescriptionRef format = CMSampleBufferGetFormatDescription(sample);
  NSData* record = format == nullptr ? nil : ONDecoderConfigurationOfFormat(format);
  if (bytes.empty() || record == nil) {
    (void)Answer(Fail(ErrorCode::kUnsupported, "sample"), error);
    return nil;
  }
  const FrameKind kind = KindOf(sample);
  const MediaTime at = MediaTimeOf(CMSampleBufferGetPresentationTimeStamp(sample));
  ONEncodedFrame* frame = [[[self alloc] initWithKind:static_cast<ONFrameKind>(kind)
                                                 data:DataOf(bytes)
                                     presentationTime:onair::apple::SecondsOf(at)
                                           decodeTime:onair::apple::SecondsOf(DecodeTimeOf(sample))
                                           capturedAt:capturedAt] autorelease];
  if (kind != FrameKind::kKey) return frame;
  const CMVideoDimensions size = CMVideoFormatDescriptionGetDimensions(format);
  return [frame frameWithDecoderConfiguration:record width:size.width height:size.height];
}

@end
