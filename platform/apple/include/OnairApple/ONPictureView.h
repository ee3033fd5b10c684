// SPDX-License-Identifier: Apache-2.0
#import <Onair/Onair.h>
#import <UIKit/UIKit.h>

NS_ASSUME_NONNULL_BEGIN

// Shows a player's pictures, as large as they fit in their shape. Main thread.
@interface ONPictureView : UIView {
 @private
  void* _core;
}
// Retained; nil: keeps what is shown. The view takes the player's pictures over from the display
// before (-[ONPlayer handOverPictures]), beginning with the one that stands there.
@property(nonatomic, retain, nullable) ONPlayer* player;
@end

NS_ASSUME_NONNULL_END
