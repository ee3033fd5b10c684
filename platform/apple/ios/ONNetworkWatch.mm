// SPDX-License-Identifier: Apache-2.0
#include <Block.h>
#import <Network/Network.h>
#import <OnairApple/ONWatches.h>

#include "platform/apple/policy/path_plan.h"

using namespace onair::apple;

namespace {

struct Core {
  void (^moved)(void) = nil;
  nw_path_monitor_t monitor = nullptr;  // Null: off.
  dispatch_queue_t queue = nullptr;     // The plan is its alone.
  PathPlan plan;
};

NetworkPath PathOf(nw_path_t path) {
  NetworkPath described{nw_path_get_status(path) == nw_path_status_satisfied, {}};
  std::string* name = &described.interface;
  nw_path_enumerate_interfaces(path, ^bool(nw_interface_t interface) {
    *name = nw_interface_get_name(interface);
    return false;  // The first is the one in use.
  });
  return described;
}

}  // namespace

@implementation ONNetworkWatch

- (Core&)core {
  return *static_cast<Core*>(_core);
}

- (instancetype)initWithHandler:(void (^)(void))moved {
  if (!(self = [super init])) return nil;
  Core* core = new Core;
  core->moved = Block_copy(moved);
  core->queue = dispatch_queue_create("onair.path", DISPATCH_QUEUE_SERIAL);
  _core = core;
  return self;
}

- (void)start {
  Core* core = static_cast<Core*>(_core);
  if (core->monitor != nullptr) return;
  core->monitor = nw_path_monitor_create();
  nw_path_monitor_set_queue(core->monitor, core->queue);
  nw_path_monitor_set_update_handler(core->monitor, ^(nw_path_t path) {
    if (core->plan.OnPath(PathOf(path))) core->moved();
  });
  nw_path_monitor_start(core->monitor);
}

- (void)stop {
  Core& core = [self core];
  if (core.monitor == nullptr) return;
  nw_path_monitor_cancel(core.monitor);
  nw_release(core.monitor);
  core.monitor = nullptr;
  dispatch_sync(core.queue, ^{
                });  // Behind what is under way.
}

- (void)dealloc {
  [self stop];
  Core& core = [self core];
  Block_release(core.moved);
  dispatch_release(core.queue);
  delete &core;
  [super dealloc];
}

@end
