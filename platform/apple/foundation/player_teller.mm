// SPDX-License-Identifier: Apache-2.0
#import "platform/apple/foundation/player_teller.h"

#include <variant>

#include "platform/apple/bridge/media.h"
#import "platform/apple/foundation/contained.h"
#import "platform/apple/foundation/error.h"

namespace onair::apple {
namespace {

struct Teller {
  ONPlayer* player;
  id<ONPlayerDelegate> delegate;

  BOOL Hears(SEL message) const { return [delegate respondsToSelector:message]; }

  BOOL operator()(const PlayStateEvent& event) const {
    if (!Hears(@selector(player:didChangeState:error:retryDelay:))) return YES;
    const auto state = static_cast<ONPlayState>(event.state);
    NSError* error = ErrorOf(event.error);
    const NSTimeInterval delay = SecondsOf(event.retry_in);
    return ONContained(^{
      [delegate player:player didChangeState:state error:error retryDelay:delay];
    });
  }
  BOOL operator()(const FirstPictureEvent& event) const {
    if (!Hears(@selector(player:didShowFirstPictureAfter:))) return YES;
    const NSTimeInterval delay = SecondsOf(event.since_start);
    return ONContained(^{
      [delegate player:player didShowFirstPictureAfter:delay];
    });
  }
  BOOL operator()(const TracksEvent& event) const {
    if (!Hears(@selector(player:didFindTracksWithWidth:height:))) return YES;
    const auto& video = event.tracks.video;
    const NSInteger width = video ? video->size.width : 0;
    const NSInteger height = video ? video->size.height : 0;
    return ONContained(^{
      [delegate player:player didFindTracksWithWidth:width height:height];
    });
  }
  BOOL operator()(const SoundFailedEvent& event) const {
    if (!Hears(@selector(player:soundDidFail:))) return YES;
    NSError* error = ErrorOf(event.error);
    return ONContained(^{
      [delegate player:player soundDidFail:error];
    });
  }
  BOOL operator()(const SnapshotEvent& event) const {
    if (!Hears(@selector(player:didSnapshotToFile:error:))) return YES;
    NSString* path = TextOf(event.path);
    NSError* error = ErrorOf(event.error);
    return ONContained(^{
      [delegate player:player didSnapshotToFile:path error:error];
    });
  }
  BOOL operator()(const RecordingEvent& event) const {
    NSString* path = TextOf(event.path);
    NSError* error = ErrorOf(event.error);
    if (event.state == RecordingState::kBegan) {
      if (!Hears(@selector(player:didBeginRecordingFile:))) return YES;
      return ONContained(^{
        [delegate player:player didBeginRecordingFile:path];
      });
    }
    if (!Hears(@selector(player:didEndRecordingFile:error:))) return YES;
    return ONContained(^{
      [delegate player:player didEndRecordingFile:path error:error];
    });
  }
  BOOL operator()(const StreamDataEvent& event) const {
    if (!Hears(@selector(player:didReceiveData:kind:))) return YES;
    NSData* data = [NSData dataWithBytes:event.payload.data() length:event.payload.size()];
    const NSInteger kind = event.kind;
    return ONContained(^{
      [delegate player:player didReceiveData:data kind:kind];
    });
  }
  BOOL operator()(const SeekedEvent& event) const {
    if (!Hears(@selector(player:didSeekToPosition:error:))) return YES;
    const NSTimeInterval position = SecondsOf(event.position);
    NSError* error = ErrorOf(event.error);
    return ONContained(^{
      [delegate player:player didSeekToPosition:position error:error];
    });
  }
  BOOL operator()(const SwitchEvent& event) const {
    NSString* url = TextOf(event.url);
    const auto cause = static_cast<ONSwitchCause>(event.cause);
    NSError* error = ErrorOf(event.error);
    const NSTimeInterval delay = SecondsOf(event.took);
    switch (event.phase) {
      case SwitchPhase::kBegan:
        if (!Hears(@selector(player:willSwitchToURL:cause:))) return YES;
        return ONContained(^{
          [delegate player:player willSwitchToURL:url cause:cause];
        });
      case SwitchPhase::kDone:
        if (!Hears(@selector(player:didSwitchToURL:cause:after:))) return YES;
        return ONContained(^{
          [delegate player:player didSwitchToURL:url cause:cause after:delay];
        });
      case SwitchPhase::kFailed:
        if (!Hears(@selector(player:didNotSwitchToURL:cause:error:))) return YES;
        return ONContained(^{
          [delegate player:player didNotSwitchToURL:url cause:cause error:error];
        });
    }
    return YES;
  }
};

}  // namespace

BOOL TellPlayer(ONPlayer* player, id delegate, const PlayEvent& event) {
  return std::visit(Teller{player, delegate}, event);
}

}  // namespace onair::apple
