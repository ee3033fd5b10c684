// SPDX-License-Identifier: Apache-2.0
#import "platform/apple/foundation/statistics.h"

#include "platform/apple/bridge/media.h"
#import "platform/apple/foundation/error.h"

using namespace onair;
using namespace onair::apple;

namespace {

struct Choice {
  QosChoice choice;
  NetworkKind network;
};

}  // namespace

@interface ONPolicyChoice (Choice)
- (instancetype)initWithChoice:(const Choice&)choice;
@end
@interface ONDestinationStatistics (Numbers)
- (instancetype)initWithNumbers:(const DestinationStats&)numbers;
@end
@interface ONPublisherStatistics (Numbers)
- (instancetype)initWithNumbers:(const PublisherStats&)numbers;
@end
@interface ONPlayerStatistics (Numbers)
- (instancetype)initWithNumbers:(const PlayerStats&)numbers;
@end

namespace onair::apple {

ONPublisherStatistics* StatisticsOf(const PublisherStats& stats) {
  return [[[ONPublisherStatistics alloc] initWithNumbers:stats] autorelease];
}
ONPlayerStatistics* StatisticsOf(const PlayerStats& stats) {
  return [[[ONPlayerStatistics alloc] initWithNumbers:stats] autorelease];
}

ONPolicyChoice* ChoiceOf(const QosChoice& choice, NetworkKind network) {
  return [[[ONPolicyChoice alloc] initWithChoice:{choice, network}] autorelease];
}

}  // namespace onair::apple

@implementation ONPolicyChoice

- (instancetype)initWithChoice:(const Choice&)choice {
  if ((self = [super init])) _choice = new Choice(choice);
  return self;
}
- (const Choice&)choice {
  return *static_cast<Choice*>(_choice);
}

- (NSString*)policyVersion {
  return TextOf([self choice].choice.policy_version);
}
- (NSString*)experiment {
  return TextOf([self choice].choice.experiment);
}
- (NSString*)arm {
  return TextOf([self choice].choice.arm);
}
- (NSString*)controller {
  return TextOf([self choice].choice.controller);
}
- (ONNetworkKind)networkKind {
  return static_cast<ONNetworkKind>([self choice].network);
}

- (void)dealloc {
  delete static_cast<Choice*>(_choice);
  [super dealloc];
}

@end

@implementation ONDestinationStatistics

- (instancetype)initWithNumbers:(const DestinationStats&)numbers {
  if ((self = [super init])) _numbers = new DestinationStats(numbers);
  return self;
}
- (const DestinationStats&)numbers {
  return *static_cast<DestinationStats*>(_numbers);
}

- (NSString*)URL {
  return TextOf([self numbers].url);
}
- (ONPublishState)state {
  return static_cast<ONPublishState>([self numbers].session.state);
}
- (ONNetworkQuality)networkQuality {
  return static_cast<ONNetworkQuality>([self numbers].network);
}
- (int64_t)framesSent {
  return [self numbers].session.frames_sent;
}
- (int64_t)framesDropped {
  return [self numbers].session.frames_dropped;
}
- (int64_t)keyFramesSent {
  return [self numbers].session.key_frames_sent;
}
- (int64_t)audioFramesSent {
  return [self numbers].session.audio_frames_sent;
}
- (int64_t)bytesSent {
  return [self numbers].session.bytes_sent.bytes();
}
- (NSTimeInterval)queuedTime {
  return SecondsOf([self numbers].session.queue_span);
}
- (NSTimeInterval)roundTripTime {
  return SecondsOf([self numbers].rtt_now);
}
- (NSTimeInterval)sendDelay {
  return SecondsOf([self numbers].send_delay.Quantile(0.5));
}
- (int64_t)networkBitsPerSecond {
  const auto& rate = [self numbers].network_rate;
  return rate ? rate->bps() : -1;
}
- (int64_t)reconnects {
  return [self numbers].session.reconnects;
}
- (int64_t)handOvers {
  return [self numbers].session.hand_overs;
}
- (int64_t)URLRequests {
  return [self numbers].session.url_requests;
}
- (ONPolicyChoice*)policyChoice {
  const auto& qos = [self numbers].qos;
  return qos ? ChoiceOf(qos->choice, qos->network) : nil;
}
- (int64_t)policyChanges {
  const auto& qos = [self numbers].qos;
  return qos ? qos->changes : 0;
}
- (NSError*)error {
  return ErrorOf([self numbers].error);
}

- (void)dealloc {
  delete static_cast<DestinationStats*>(_numbers);
  [super dealloc];
}

@end

@implementation ONPublisherStatistics
@synthesize destinations = _destinations;

- (instancetype)initWithNumbers:(const PublisherStats&)numbers {
  if ((self = [super init])) {
    _numbers = new PublisherStats(numbers);
    NSMutableArray* destinations = [NSMutableArray array];
    for (const DestinationStats& one : numbers.destinations) {
      ONDestinationStatistics* added = [[ONDestinationStatistics alloc] initWithNumbers:one];
      [destinations addObject:added];
      [added release];
    }
    _destinations = [destinations copy];
  }
  return self;
}
- (const PublisherStats&)numbers {
  return *static_cast<PublisherStats*>(_numbers);
}

- (int64_t)framesCaptured {
  return [self numbers].frames_captured;
}
- (int64_t)framesEncoded {
  return [self numbers].frames_encoded;
}
- (int64_t)framesDropped {
  return [self numbers].frames_dropped;
}
- (int64_t)framesSkipped {
  return [self numbers].frames_skipped;
}
- (int64_t)framesRepeated {
  return [self numbers].frames_repeated;
}
- (int64_t)audioGlitches {
  return [self numbers].audio_glitches;
}
- (int64_t)encodeErrors {
  return [self numbers].encode_errors;
}
- (int64_t)keyFrames {
  return [self numbers].key_frames;
}
- (int64_t)videoBytes {
  return [self numbers].video_bytes.bytes();
}
- (int64_t)audioBytes {
  return [self numbers].audio_bytes.bytes();
}
- (int64_t)targetBitsPerSecond {
  return [self numbers].target_rate.bps();
}
- (double)framesPerSecond {
  return [self numbers].frame_rate;
}
- (NSInteger)width {
  return [self numbers].picture_size.width;
}
- (NSInteger)height {
  return [self numbers].picture_size.height;
}
- (BOOL)followsRegions {
  return [self numbers].roi != RoiSupport::kNone;
}
- (NSString*)encoder {
  return TextOf(std::string([self numbers].encoder));
}
- (int64_t)framesWithheld {
  return [self numbers].frames_withheld;
}
- (int64_t)audioFramesWithheld {
  return [self numbers].audio_frames_withheld;
}
- (int64_t)filterErrors {
  return [self numbers].filter_errors;
}
- (int64_t)picturesWithFaces {
  return [self numbers].faces.value_or(FaceStats{}).pictures_with_faces;
}
- (int64_t)faceDetections {
  return [self numbers].faces.value_or(FaceStats{}).detections;
}
- (int64_t)failedFaceDetections {
  return [self numbers].faces.value_or(FaceStats{}).failures;
}

- (void)dealloc {
  delete static_cast<PublisherStats*>(_numbers);
  [_destinations release];
  [super dealloc];
}

@end

@implementation ONPlayerStatistics

- (instancetype)initWithNumbers:(const PlayerStats&)numbers {
  if ((self = [super init])) _numbers = new PlayerStats(numbers);
  return self;
}
- (const PlayerStats&)numbers {
  return *static_cast<PlayerStats*>(_numbers);
}

- (ONPlayState)state {
  return static_cast<ONPlayState>([self numbers].session.state);
}
- (NSInteger)width {
  return [self numbers].picture_size.width;
}
- (NSInteger)height {
  return [self numbers].picture_size.height;
}
- (int64_t)videoFramesReceived {
  return [self numbers].session.video_frames_received;
}
- (int64_t)audioFramesReceived {
  return [self numbers].session.audio_frames_received;
}
- (int64_t)framesDecoded {
  return [self numbers].frames_decoded;
}
- (int64_t)framesPresented {
  return [self numbers].frames_presented;
}
- (int64_t)framesDropped {
  return [self numbers].frames_dropped;
}
- (int64_t)decodeErrors {
  return [self numbers].decode_errors;
}
- (int64_t)audioGaps {
  return [self numbers].audio_gaps;
}
- (int64_t)stalls {
  return [self numbers].session.stalls;
}
- (NSTimeInterval)stalledTime {
  return SecondsOf([self numbers].session.stalled_for);
}
- (int64_t)reconnects {
  return [self numbers].session.reconnects;
}
- (int64_t)bytesReceived {
  return [self numbers].session.bytes_received.bytes();
}
- (NSTimeInterval)bufferedTime {
  return SecondsOf([self numbers].session.buffered);
}
- (NSTimeInterval)firstPictureTime {
  const PlayerStats& numbers = [self numbers];
  if (!numbers.first_presented_at || !numbers.started_at) return -1;
  return SecondsOf(*numbers.first_presented_at - *numbers.started_at);
}
- (NSTimeInterval)latency {
  return SecondsOf([self numbers].latency_now);
}
- (double)framesPerSecond {
  return [self numbers].frame_rate;
}
- (double)freezePercent {
  return [self numbers].freeze_percent;
}
- (NSString*)URL {
  return TextOf([self numbers].url);
}
- (int64_t)switches {
  return [self numbers].switches;
}
- (int64_t)fallbacks {
  return [self numbers].fallbacks;
}
- (int64_t)failedSwitches {
  return [self numbers].switches_failed;
}
- (NSUInteger)quality {
  const auto& quality = [self numbers].quality;
  return quality ? *quality : NSNotFound;
}
- (ONQualityMode)qualityMode {
  return static_cast<ONQualityMode>([self numbers].quality_mode);
}
- (int64_t)networkBitsPerSecond {
  return [self numbers].bandwidth.bps();
}
- (NSTimeInterval)position {
  return SecondsOf([self numbers].place.position);
}
- (NSTimeInterval)duration {
  return SecondsOf([self numbers].place.duration);
}
- (BOOL)isSeekable {
  return [self numbers].place.is_seekable;
}
- (ONPreloadTier)preloaded {
  return static_cast<ONPreloadTier>([self numbers].preloaded);
}

- (void)dealloc {
  delete static_cast<PlayerStats*>(_numbers);
  [super dealloc];
}

@end
