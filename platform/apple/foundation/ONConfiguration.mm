// SPDX-License-Identifier: Apache-2.0
#import <Onair/ONConfiguration.h>

@implementation ONVideoConfiguration
@synthesize codec = _codec, width = _width, height = _height, framesPerSecond = _framesPerSecond;
@synthesize bitsPerSecond = _bitsPerSecond, keyFrameInterval = _keyFrameInterval;
@synthesize preset = _preset, threads = _threads;

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
  return copy;
}

- (void)dealloc {
  [_preset release];
  [super dealloc];
}

@end

@implementation ONAudioConfiguration
@synthesize codec = _codec, sampleRate = _sampleRate, channels = _channels;
@synthesize bitsPerSecond = _bitsPerSecond;

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
  return copy;
}

@end

@implementation ONIceServer
@synthesize URL = _URL, username = _username, password = _password;

- (instancetype)initWithURL:(NSString*)url
                   username:(NSString*)username
                   password:(NSString*)password {
  if ((self = [super init])) {
    _URL = [url copy];
    _username = [username copy];
    _password = [password copy];
  }
  return self;
}

- (instancetype)init {
  return [self initWithURL:@"" username:nil password:nil];
}

- (void)dealloc {
  [_URL release];
  [_username release];
  [_password release];
  [super dealloc];
}

@end

@implementation ONNetworkConfiguration
@synthesize bearerToken = _bearerToken, iceServers = _iceServers;
@synthesize certificateAuthorityFile = _certificateAuthorityFile, verifiesServer = _verifiesServer;
@synthesize maximumReconnects = _maximumReconnects, seed = _seed;

- (instancetype)init {
  if ((self = [super init])) {
    _iceServers = [[NSArray alloc] init];
    _verifiesServer = YES;
    _maximumReconnects = 20;
    _seed = 1;
  }
  return self;
}

- (id)copyWithZone:(NSZone*)zone {
  ONNetworkConfiguration* copy = [[[self class] allocWithZone:zone] init];
  copy.bearerToken = _bearerToken;
  copy.iceServers = _iceServers;
  copy.certificateAuthorityFile = _certificateAuthorityFile;
  copy.verifiesServer = _verifiesServer;
  copy.maximumReconnects = _maximumReconnects;
  copy.seed = _seed;
  return copy;
}

- (void)dealloc {
  [_bearerToken release];
  [_iceServers release];
  [_certificateAuthorityFile release];
  [super dealloc];
}

@end

@implementation ONPublisherConfiguration
@synthesize URLs = _URLs, video = _video, audio = _audio, controlMode = _controlMode;
@synthesize minimumVideoBitsPerSecond = _minimumVideoBitsPerSecond, encoder = _encoder;

+ (instancetype)configurationWithURL:(NSString*)url {
  return [[[self alloc] initWithURLs:[NSArray arrayWithObject:url]] autorelease];
}

- (instancetype)initWithURLs:(NSArray*)urls {
  if ((self = [super init])) {
    _URLs = [urls copy];
    _video = [[ONVideoConfiguration alloc] init];
    _audio = [[ONAudioConfiguration alloc] init];
    _minimumVideoBitsPerSecond = 200000;
    _controlMode = ONControlModeBalanced;
    _encoder = ONCoderChoiceSoftware;
  }
  return self;
}

- (instancetype)init {
  return [self initWithURLs:[NSArray array]];
}

- (id)copyWithZone:(NSZone*)zone {
  ONPublisherConfiguration* copy = [super copyWithZone:zone];
  copy.URLs = _URLs;
  copy.video = [[_video copyWithZone:zone] autorelease];
  copy.audio = [[_audio copyWithZone:zone] autorelease];
  copy.minimumVideoBitsPerSecond = _minimumVideoBitsPerSecond;
  copy.controlMode = _controlMode;
  copy.encoder = _encoder;
  return copy;
}

- (void)dealloc {
  [_URLs release];
  [_video release];
  [_audio release];
  [super dealloc];
}

@end

@implementation ONPlayerConfiguration
@synthesize URL = _URL, bufferMode = _bufferMode, fixedDelay = _fixedDelay;
@synthesize decodeThreads = _decodeThreads, playsSound = _playsSound, decoder = _decoder;

+ (instancetype)configurationWithURL:(NSString*)url {
  return [[[self alloc] initWithURL:url] autorelease];
}

- (instancetype)initWithURL:(NSString*)url {
  if ((self = [super init])) {
    _URL = [url copy];
    _bufferMode = ONBufferModeAuto;
    _fixedDelay = 0.5;
    _decodeThreads = 1;
    _playsSound = YES;
    _decoder = ONCoderChoiceSoftware;
  }
  return self;
}

- (instancetype)init {
  return [self initWithURL:@""];
}

- (id)copyWithZone:(NSZone*)zone {
  ONPlayerConfiguration* copy = [super copyWithZone:zone];
  copy.URL = _URL;
  copy.bufferMode = _bufferMode;
  copy.fixedDelay = _fixedDelay;
  copy.decodeThreads = _decodeThreads;
  copy.playsSound = _playsSound;
  copy.decoder = _decoder;
  return copy;
}

- (void)dealloc {
  [_URL release];
  [super dealloc];
}

@end
