// SPDX-License-Identifier: Apache-2.0
#import <UIKit/UIKit.h>

@interface AppDelegate : UIResponder <UIApplicationDelegate> {
  UIWindow* _window;
}
@property(nonatomic, strong) UIWindow* window;
@end
