// SPDX-License-Identifier: Apache-2.0
#import "platform/apple/foundation/publisher_teller.h"

#include <variant>

#include "platform/apple/bridge/media.h"
#import "platform/apple/foundation/contained.h"
#import "platform/apple/foundation/error.h"
#import "platform/apple/foundation/statistics.h"

namespace onair::apple {
namespace {

struct Teller {
  ONPublisher* publisher;
  id<ONPublisherDelegate> delegate;

  BOOL Hears(SEL message) const { return [delegate respondsToSelector:message]; }

  BOOL operator()(const PublishStateEvent& event) const {
    if (!Hears(@selector(publisher:destination:didChangeState:error:retryDelay:))) return YES;
    const auto state = static_cast<ONPublishState>(event.state);
    const NSUInteger destination = event.destination;
    NSError* error = ErrorOf(event.error);
    const NSTimeInterval delay = SecondsOf(event.retry_in);
    return ONContained(^{
      [delegate publisher:publisher
              destination:destination
           didChangeState:state
                    error:error
               retryDelay:delay];
    });
  }
  BOOL operator()(const HandOverFailedEvent& event) const {
    if (!Hears(@selector(publisher:destination:didFailToHandOver:))) return YES;
    const NSUInteger destination = event.destination;
    NSError* error = ErrorOf(event.error);
    return ONContained(^{
      [delegate publisher:publisher destination:destination didFailToHandOver:error];
    });
  }
  BOOL operator()(const FirstFrameSentEvent& event) const {
    if (!Hears(@selector(publisher:destination:didSendFirstFrameAfter:))) return YES;
    const NSUInteger destination = event.destination;
    const NSTimeInterval delay = SecondsOf(event.since_start);
    return ONContained(^{
      [delegate publisher:publisher destination:destination didSendFirstFrameAfter:delay];
    });
  }
  BOOL operator()(const FramesDroppedEvent& event) const {
    if (!Hears(@selector(publisher:destination:didDropFrames:))) return YES;
    const NSUInteger destination = event.destination;
    const int64_t frames = event.frames;
    return ONContained(^{
      [delegate publisher:publisher destination:destination didDropFrames:frames];
    });
  }
  BOOL operator()(const NetworkQualityEvent& event) const {
    if (!Hears(@selector(publisher:destination:didChangeNetworkQuality:))) return YES;
    const NSUInteger destination = event.destination;
    const auto quality = static_cast<ONNetworkQuality>(event.quality);
    return ONContained(^{
      [delegate publisher:publisher destination:destination didChangeNetworkQuality:quality];
    });
  }
  BOOL operator()(const RateChangedEvent& event) const {
    if (!Hears(@selector(publisher:destination:didChangeVideoRate:))) return YES;
    const NSUInteger destination = event.destination;
    const int64_t rate = event.video_rate.bps();
    return ONContained(^{
      [delegate publisher:publisher destination:destination didChangeVideoRate:rate];
    });
  }
  BOOL operator()(const AudioRefusedEvent& event) const {
    if (!Hears(@selector(publisher:destinationDidRefuseAudio:))) return YES;
    const NSUInteger destination = event.destination;
    return ONContained(^{
      [delegate publisher:publisher destinationDidRefuseAudio:destination];
    });
  }
  BOOL operator()(const SourceEndedEvent& event) const {
    if (!Hears(@selector(publisher:sourceDidEndWithError:))) return YES;
    NSError* error = ErrorOf(event.error);
    return ONContained(^{
      [delegate publisher:publisher sourceDidEndWithError:error];
    });
  }
  BOOL operator()(const QosChosenEvent& event) const {
    if (!Hears(@selector(publisher:destination:didChooseController:))) return YES;
    const NSUInteger destination = event.destination;
    ONPolicyChoice* choice = ChoiceOf(event.choice, event.network);
    return ONContained(^{
      [delegate publisher:publisher destination:destination didChooseController:choice];
    });
  }
  BOOL operator()(const FacesFailedEvent& event) const {
    if (!Hears(@selector(publisher:faceDetectionDidFail:))) return YES;
    NSError* error = ErrorOf(event.error);
    return ONContained(^{
      [delegate publisher:publisher faceDetectionDidFail:error];
    });
  }
  // Of what this face does not offer: optional devices.
  template <typename Other>
  BOOL operator()(const Other&) const {
    return YES;
  }
};

}  // namespace

BOOL TellPublisher(ONPublisher* publisher, id delegate, const PublishEvent& event) {
  return std::visit(Teller{publisher, delegate}, event);
}

}  // namespace onair::apple
