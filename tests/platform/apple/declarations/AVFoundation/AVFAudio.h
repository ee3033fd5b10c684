// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <AudioToolbox/AudioToolbox.h>
#import <Foundation/Foundation.h>

typedef uint32_t AVAudioFrameCount;
typedef uint32_t AVAudioChannelCount;
typedef uint32_t AVAudioNodeBus;
typedef enum AVAudioCommonFormat : NSUInteger {
  AVAudioPCMFormatFloat32 = 1,
} AVAudioCommonFormat;
typedef enum AVAudioSessionCategoryOptions : NSUInteger {
  AVAudioSessionCategoryOptionAllowBluetooth = 4,
  AVAudioSessionCategoryOptionDefaultToSpeaker = 8,
} AVAudioSessionCategoryOptions;
typedef enum AVAudioSessionSetActiveOptions : NSUInteger {
  AVAudioSessionSetActiveOptionNotifyOthersOnDeactivation = 1,
} AVAudioSessionSetActiveOptions;
typedef enum AVAudioSessionInterruptionType : NSUInteger {
  AVAudioSessionInterruptionTypeBegan = 1,
} AVAudioSessionInterruptionType;
typedef enum AVAudioSessionInterruptionOptions : NSUInteger {
  AVAudioSessionInterruptionOptionShouldResume = 1,
} AVAudioSessionInterruptionOptions;
typedef enum AVAudioSessionRouteChangeReason : NSUInteger {
  AVAudioSessionRouteChangeReasonNewDeviceAvailable = 1,
  AVAudioSessionRouteChangeReasonOldDeviceUnavailable = 2,
  AVAudioSessionRouteChangeReasonCategoryChange = 3,
} AVAudioSessionRouteChangeReason;

extern "C" {
extern NSString* const AVAudioSessionCategoryPlayAndRecord;
extern NSString* const AVAudioSessionCategoryPlayback;
extern NSString* const AVAudioSessionModeVideoChat;
extern NSString* const AVAudioSessionModeMoviePlayback;
extern NSString* const AVAudioSessionInterruptionNotification;
extern NSString* const AVAudioSessionInterruptionTypeKey;
extern NSString* const AVAudioSessionInterruptionOptionKey;
extern NSString* const AVAudioSessionRouteChangeNotification;
extern NSString* const AVAudioSessionRouteChangeReasonKey;
extern NSString* const AVAudioSessionMediaServicesWereResetNotification;
}

@interface AVAudioSession : NSObject
+ (AVAudioSession*)sharedInstance;
@property(nonatomic, readonly) NSString* category;
- (BOOL)setCategory:(NSString*)category
               mode:(NSString*)mode
            options:(NSUInteger)options
              error:(NSError**)outError;
- (BOOL)setActive:(BOOL)active error:(NSError**)outError;
- (BOOL)setActive:(BOOL)active
      withOptions:(AVAudioSessionSetActiveOptions)options
            error:(NSError**)outError;
@end

@interface AVAudioFormat : NSObject
- (instancetype)initStandardFormatWithSampleRate:(double)sampleRate
                                        channels:(AVAudioChannelCount)channels;
- (instancetype)initWithCommonFormat:(AVAudioCommonFormat)format
                          sampleRate:(double)sampleRate
                            channels:(AVAudioChannelCount)channels
                         interleaved:(BOOL)interleaved;
@property(nonatomic, readonly) double sampleRate;
@property(nonatomic, readonly) AVAudioChannelCount channelCount;
@end

@interface AVAudioTime : NSObject
@end

@interface AVAudioBuffer : NSObject
@property(nonatomic, readonly) AVAudioFormat* format;
@end

@interface AVAudioPCMBuffer : AVAudioBuffer
@property(nonatomic) AVAudioFrameCount frameLength;
@property(nonatomic, readonly) NSUInteger stride;
@property(nonatomic, readonly) float* const* floatChannelData;
@end

typedef void (^AVAudioNodeTapBlock)(AVAudioPCMBuffer* buffer, AVAudioTime* when);
typedef OSStatus (^AVAudioSourceNodeRenderBlock)(BOOL* isSilence, const AudioTimeStamp* timestamp,
                                                 AVAudioFrameCount frameCount,
                                                 AudioBufferList* outputData);

@interface AVAudioNode : NSObject
- (AVAudioFormat*)outputFormatForBus:(AVAudioNodeBus)bus;
- (void)installTapOnBus:(AVAudioNodeBus)bus
             bufferSize:(AVAudioFrameCount)bufferSize
                 format:(AVAudioFormat*)format
                  block:(AVAudioNodeTapBlock)tapBlock;
- (void)removeTapOnBus:(AVAudioNodeBus)bus;
@end

@interface AVAudioIONode : AVAudioNode
- (BOOL)setVoiceProcessingEnabled:(BOOL)enabled error:(NSError**)outError;
@end
@interface AVAudioInputNode : AVAudioIONode
@end
@interface AVAudioMixerNode : AVAudioNode
@end
@interface AVAudioSourceNode : AVAudioNode
- (instancetype)initWithFormat:(AVAudioFormat*)format
                   renderBlock:(AVAudioSourceNodeRenderBlock)block;
@end

@interface AVAudioEngine : NSObject
@property(nonatomic, readonly) AVAudioInputNode* inputNode;
@property(nonatomic, readonly) AVAudioMixerNode* mainMixerNode;
- (void)attachNode:(AVAudioNode*)node;
- (void)connect:(AVAudioNode*)node1 to:(AVAudioNode*)node2 format:(AVAudioFormat*)format;
- (BOOL)startAndReturnError:(NSError**)outError;
- (void)stop;
@end
