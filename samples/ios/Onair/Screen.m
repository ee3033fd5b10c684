// SPDX-License-Identifier: Apache-2.0
#import "Screen.h"

@implementation Screen
@synthesize address = _address, button = _button, status = _status;

- (void)viewDidLoad {
  [super viewDidLoad];
  const CGFloat width = self.view.bounds.size.width;
  self.address = [[UITextField alloc] initWithFrame:CGRectMake(16, 60, width - 116, 36)];
  self.address.autocapitalizationType = UITextAutocapitalizationTypeNone;
  self.address.autocorrectionType = UITextAutocorrectionTypeNo;
  self.status = [[UILabel alloc] initWithFrame:CGRectMake(16, 100, width - 32, 24)];
  self.button = [UIButton buttonWithType:UIButtonTypeSystem];
  self.button.frame = CGRectMake(width - 96, 60, 80, 36);
  [self.button addTarget:self
                  action:@selector(toggle)
        forControlEvents:UIControlEventTouchUpInside];
  [self.view addSubview:self.address];
  [self.view addSubview:self.status];
  [self.view addSubview:self.button];
}

- (void)say:(NSString *)text {
  self.status.text = text;
}

- (void)sayError:(NSError *)error {
  if (error != nil) [self say:[error localizedDescription]];
}

- (void)toggle {
}

- (UIButton *)buttonNamed:(NSString *)name at:(NSInteger)place action:(SEL)action {
  UIButton *button = [UIButton buttonWithType:UIButtonTypeSystem];
  const CGFloat below = self.view.bounds.size.height - 140;
  button.frame = CGRectMake(16 + 90 * (CGFloat)place, below, 80, 36);
  [button setTitle:name forState:UIControlStateNormal];
  [button addTarget:self action:action forControlEvents:UIControlEventTouchUpInside];
  [self.view addSubview:button];
  return button;
}

@end
