// SPDX-License-Identifier: Apache-2.0
#import "AppDelegate.h"

#import "PlayViewController.h"
#import "PublishViewController.h"

@implementation AppDelegate
@synthesize window = _window;

- (BOOL)application:(UIApplication *)application
    didFinishLaunchingWithOptions:(NSDictionary *)launchOptions {
  PublishViewController *publish = [[PublishViewController alloc] init];
  publish.title = @"Go live";
  PlayViewController *play = [[PlayViewController alloc] init];
  play.title = @"Play";
  UITabBarController *tabs = [[UITabBarController alloc] init];
  tabs.viewControllers = [NSArray arrayWithObjects:publish, play, nil];
  self.window = [[UIWindow alloc] initWithFrame:[UIScreen mainScreen].bounds];
  self.window.rootViewController = tabs;
  [self.window makeKeyAndVisible];
  return YES;
}

@end
