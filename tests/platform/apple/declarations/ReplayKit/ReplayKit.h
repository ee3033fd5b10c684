// SPDX-License-Identifier: Apache-2.0
#pragma once
#import <Apple/Foundation.h>
#include <CoreMedia/CoreMedia.h>

typedef enum RPSampleBufferType : NSInteger {
  RPSampleBufferTypeVideo = 1,
  RPSampleBufferTypeAudioApp = 2,
  RPSampleBufferTypeAudioMic = 3,
} RPSampleBufferType;

extern "C" {
extern NSString* const RPVideoSampleOrientationKey;
}

@interface RPBroadcastHandler : NSObject
@end

@interface RPBroadcastSampleHandler : RPBroadcastHandler
- (void)broadcastStartedWithSetupInfo:(NSDictionary*)setupInfo;
- (void)broadcastPaused;
- (void)broadcastResumed;
- (void)broadcastFinished;
- (void)finishBroadcastWithError:(NSError*)error;
- (void)processSampleBuffer:(CMSampleBufferRef)sampleBuffer
                   withType:(RPSampleBufferType)sampleBufferType;
@end
