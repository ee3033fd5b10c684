// SPDX-License-Identifier: Apache-2.0
#import <Onair/ONTrackConfiguration.h>

@implementation ONVideoConfiguration
@synthesize codec = _codec, width = _width, height = _height, framesPerSecond = _framesPerSecond;
@synthesize bitsPerSecond = _bitsPerSecond, keyFrameInterval = _keyFrameInterval;
@synthesize preset = _preset, threads = _threads, decoderConfiguration = _decoderConfiguration;

- (instancetype)init {
  if ((self = [super init])) {
    _codec = ONVideoCodecH264;
    _width = 1280;
    _height = 720;
    _framesPerSecond = 30;
    _bitsPerSecond = 1500000;
    _keyFrameInterval = 2;
    _preset = [@"auto" copy];
    _threads = 2;
  }
  return self;
}

- (id)copyWithZone:(NSZone*)zone {
  ONVideoConfiguration* copy = [[[self class] allocWithZone:zone] init];
  copy.codec = _codec;
  copy.width = _width;
  copy.height = _height;
  copy.framesPerSecond = _framesPerSecond;
  copy.bitsPerSecond = _bitsPerSecond;
  copy.keyFrameInterval = _keyFrameInterval;
  copy.preset = _preset;
  copy.threads = _threads;
  copy.decoderConfiguration = _decoderConfiguration;
  return copy;
}

- (void)dealloc {
  [_preset release];
  [_decoderConfiguration release];
  [super dealloc];
}

@end

@implementation ONAudioConfiguration
@synthesize codec = _codec, sampleRate = _sampleRate, channels = _channels;
@synthesize bitsPerSecond = _bitsPerSecond, decoderConfiguration = _decoderConfiguration;

- (instancetype)init {
  if ((self = [super init])) {
    _codec = ONAudioCodecAAC;
    _sampleRate = 48000;
    _channels = 2;
    _bitsPerSecond = 64000;
  }
  return self;
}

- (id)copyWithZone:(NSZone*)zone {
  ONAudioConfiguration* copy = [[[self class] allocWithZone:zone] init];
  copy.codec = _codec;
  copy.sampleRate = _sampleRate;
  copy.channels = _channels;
  copy.bitsPerSecond = _bitsPerSecond;
  copy.decoderConfiguration = _decoderConfiguration;
  return copy;
}

- (void)dealloc {
  [_decoderConfiguration release];
  [super dealloc];
}

@end
