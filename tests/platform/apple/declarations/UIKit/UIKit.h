// SPDX-License-Identifier: Apache-2.0
#pragma once
#import <QuartzCore/QuartzCore.h>

typedef enum UIDeviceOrientation : NSInteger {
  UIDeviceOrientationPortrait = 1,
  UIDeviceOrientationPortraitUpsideDown = 2,
  UIDeviceOrientationLandscapeLeft = 3,
  UIDeviceOrientationLandscapeRight = 4,
} UIDeviceOrientation;

extern "C" {
extern NSString* const UIDeviceOrientationDidChangeNotification;
extern NSString* const UIApplicationDidBecomeActiveNotification;
}

@interface UIDevice : NSObject
@property(class, nonatomic, readonly) UIDevice* currentDevice;
@property(nonatomic, readonly) UIDeviceOrientation orientation;
- (void)beginGeneratingDeviceOrientationNotifications;
- (void)endGeneratingDeviceOrientationNotifications;
@end

@interface UIResponder : NSObject
@end

typedef enum UIControlEvents : NSUInteger {
  UIControlEventTouchUpInside = 64,
} UIControlEvents;
typedef enum UIControlState : NSUInteger {
  UIControlStateNormal = 0,
} UIControlState;
typedef enum UIButtonType : NSInteger {
  UIButtonTypeSystem = 1,
} UIButtonType;
typedef enum UITextAutocapitalizationType : NSInteger {
  UITextAutocapitalizationTypeNone = 0,
} UITextAutocapitalizationType;
typedef enum UITextAutocorrectionType : NSInteger {
  UITextAutocorrectionTypeNo = 1,
} UITextAutocorrectionType;

extern "C" {
int UIApplicationMain(int argc, char** argv, NSString* principalClassName,
                      NSString* delegateClassName);
}

@class UIWindow;

@interface UIView : UIResponder
@property(class, nonatomic, readonly) Class layerClass;
@property(nonatomic, readonly) CALayer* layer;
@property(nonatomic, readonly) UIWindow* window;
@property(nonatomic) CGRect frame;
@property(nonatomic) CGRect bounds;
- (instancetype)initWithFrame:(CGRect)frame;
- (void)addSubview:(UIView*)view;
- (void)insertSubview:(UIView*)view atIndex:(NSInteger)index;
- (void)didMoveToWindow;
@end

@interface UIControl : UIView
- (void)addTarget:(id)target action:(SEL)action forControlEvents:(UIControlEvents)controlEvents;
@end

@interface UIButton : UIControl
+ (instancetype)buttonWithType:(UIButtonType)buttonType;
- (void)setTitle:(NSString*)title forState:(UIControlState)state;
@end

@interface UILabel : UIView
@property(nonatomic, copy) NSString* text;
@end

@interface UITextField : UIControl
@property(nonatomic, copy) NSString* text;
@property(nonatomic) UITextAutocapitalizationType autocapitalizationType;
@property(nonatomic) UITextAutocorrectionType autocorrectionType;
@end

@interface UIViewController : UIResponder
@property(nonatomic, retain) UIView* view;
@property(nonatomic, copy) NSString* title;
- (void)viewDidLoad;
@end

@interface UITabBarController : UIViewController
@property(nonatomic, copy) NSArray* viewControllers;
@end

@interface UIScreen : NSObject
@property(class, nonatomic, readonly) UIScreen* mainScreen;
@property(nonatomic, readonly) CGRect bounds;
@end

@interface UIWindow : UIView
@property(nonatomic, retain) UIViewController* rootViewController;
- (void)makeKeyAndVisible;
@end

@interface UIApplication : UIResponder
@end

@protocol UIApplicationDelegate <NSObject>
@optional
- (BOOL)application:(UIApplication*)application
    didFinishLaunchingWithOptions:(NSDictionary*)launchOptions;
@end
