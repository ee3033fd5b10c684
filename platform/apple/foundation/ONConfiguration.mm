// SPDX-License-Identifier: Apache-2.0
#include <Block.h>
#import <Onair/ONConfiguration.h>
#import <Onair/ONPreloadPool.h>

// Blocks are no objects on GNUstep.
static void KeepBlock(void** kept, const void* block) {
  void* copied = block == nullptr ? nullptr : _Block_copy(block);
  if (*kept != nullptr) _Block_release(*kept);
  *kept = copied;
}

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
@synthesize encodedFrameObserver = _encodedFrameObserver;
@synthesize encoderControl = _encoderControl, faceDetector = _faceDetector, policy = _policy,
            networkKind = _networkKind;
@synthesize sessionIdentifier = _sessionIdentifier, URLRefreshTimeout = _URLRefreshTimeout;
@synthesize poorNetworkPicture = _poorNetworkPicture, poorNetworkDelay = _poorNetworkDelay;

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
    _networkKind = ONNetworkKindUnknown;
    _URLRefreshTimeout = 3;
    _poorNetworkDelay = 5;
  }
  return self;
}

- (instancetype)init {
  return [self initWithURLs:[NSArray array]];
}

- (ONURLRefresher)URLRefresher {
  return (ONURLRefresher)_URLRefresher;
}
- (void)setURLRefresher:(ONURLRefresher)refresher {
  KeepBlock(&_URLRefresher, (const void*)refresher);
}

- (id)copyWithZone:(NSZone*)zone {
  ONPublisherConfiguration* copy = [super copyWithZone:zone];
  copy.URLs = _URLs;
  copy.video = [[_video copyWithZone:zone] autorelease];
  copy.audio = [[_audio copyWithZone:zone] autorelease];
  copy.minimumVideoBitsPerSecond = _minimumVideoBitsPerSecond;
  copy.controlMode = _controlMode;
  copy.encoder = _encoder;
  copy.encoderControl = _encoderControl;
  copy.encodedFrameObserver = _encodedFrameObserver;
  copy.faceDetector = _faceDetector;
  copy.policy = _policy;
  copy.sessionIdentifier = _sessionIdentifier;
  copy.networkKind = _networkKind;
  copy.URLRefresher = self.URLRefresher;
  copy.URLRefreshTimeout = _URLRefreshTimeout;
  copy.poorNetworkPicture = _poorNetworkPicture;
  copy.poorNetworkDelay = _poorNetworkDelay;
  return copy;
}

- (void)dealloc {
  self.URLRefresher = nil;
  [_encoderControl release];
  [_encodedFrameObserver release];
  [_faceDetector release];
  [_policy release];
  [_sessionIdentifier release];
  [_poorNetworkPicture release];
  [_URLs release];
  [_video release];
  [_audio release];
  [super dealloc];
}

@end

@implementation ONQuality
@synthesize URL = _URL, bitsPerSecond = _bitsPerSecond, width = _width, height = _height;

- (instancetype)initWithURL:(NSString*)url
              bitsPerSecond:(int64_t)bitsPerSecond
                      width:(NSInteger)width
                     height:(NSInteger)height {
  if ((self = [super init])) {
    _URL = [url copy];
    _bitsPerSecond = bitsPerSecond;
    _width = width;
    _height = height;
  }
  return self;
}

- (instancetype)init {
  return [self initWithURL:@"" bitsPerSecond:0 width:0 height:0];
}

- (void)dealloc {
  [_URL release];
  [super dealloc];
}

@end

@implementation ONPlayerConfiguration
@synthesize URL = _URL, bufferMode = _bufferMode, fixedDelay = _fixedDelay, catchUp = _catchUp;
@synthesize decodeThreads = _decodeThreads, playsSound = _playsSound, decoder = _decoder;
@synthesize qualities = _qualities, qualityMode = _qualityMode, qualityShare = _qualityShare;
@synthesize qualityClimbInterval = _qualityClimbInterval;
@synthesize longestQualityClimbInterval = _longestQualityClimbInterval;
@synthesize qualityProofInterval = _qualityProofInterval;
@synthesize fallbackURL = _fallbackURL, fallbackUse = _fallbackUse, fallbackDelay = _fallbackDelay;
@synthesize fallbackReturnInterval = _fallbackReturnInterval;
@synthesize longestFallbackReturnInterval = _longestFallbackReturnInterval;
@synthesize preloadPool = _preloadPool;

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
    _catchUp = ONCatchUpJump;
    _qualities = [[NSArray alloc] init];
    _qualityMode = ONQualityModeAutomatic;
    _qualityClimbInterval = 8;
    _longestQualityClimbInterval = 120;
    _qualityProofInterval = 10;
    _qualityShare = 0.75;
    _fallbackUse = ONFallbackUseAutomatic;
    _fallbackDelay = 1.5;
    _fallbackReturnInterval = 10;
    _longestFallbackReturnInterval = 300;
  }
  return self;
}

- (instancetype)init {
  return [self initWithURL:@""];
}

- (ONDecoderProvider)decoderProvider {
  return (ONDecoderProvider)_decoderProvider;
}
- (void)setDecoderProvider:(ONDecoderProvider)provider {
  KeepBlock(&_decoderProvider, (const void*)provider);
}

- (id)copyWithZone:(NSZone*)zone {
  ONPlayerConfiguration* copy = [super copyWithZone:zone];
  copy.URL = _URL;
  copy.bufferMode = _bufferMode;
  copy.fixedDelay = _fixedDelay;
  copy.decodeThreads = _decodeThreads;
  copy.playsSound = _playsSound;
  copy.decoder = _decoder;
  copy.catchUp = _catchUp;
  copy.qualities = _qualities;
  copy.qualityMode = _qualityMode;
  copy.qualityClimbInterval = _qualityClimbInterval;
  copy.longestQualityClimbInterval = _longestQualityClimbInterval;
  copy.qualityProofInterval = _qualityProofInterval;
  copy.qualityShare = _qualityShare;
  copy.fallbackURL = _fallbackURL;
  copy.fallbackUse = _fallbackUse;
  copy.fallbackDelay = _fallbackDelay;
  copy.fallbackReturnInterval = _fallbackReturnInterval;
  copy.longestFallbackReturnInterval = _longestFallbackReturnInterval;
  copy.preloadPool = _preloadPool;
  copy.decoderProvider = self.decoderProvider;
  return copy;
}

- (void)dealloc {
  self.decoderProvider = nil;
  [_URL release];
  [_qualities release];
  [_fallbackURL release];
  [_preloadPool release];
  [super dealloc];
}

@end
