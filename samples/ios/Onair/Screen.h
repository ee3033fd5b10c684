// SPDX-License-Identifier: Apache-2.0
#import <UIKit/UIKit.h>

// What both screens have: an address, a button, a line of text above pictures.
@interface Screen : UIViewController {
  UITextField* _address;
  UIButton* _button;
  UILabel* _status;
}
@property(nonatomic, strong) UITextField* address;
@property(nonatomic, strong) UIButton* button;
@property(nonatomic, strong) UILabel* status;

- (void)say:(NSString*)text;
- (void)sayError:(NSError*)error;
// The button was touched.
- (void)toggle;
// Below the pictures, from the left.
- (UIButton*)buttonNamed:(NSString*)name at:(NSInteger)place action:(SEL)action;
@end
