// SPDX-License-Identifier: Apache-2.0
#include <Block.h>
#import <Network/Network.h>
#import <OnairApple/ONWatches.h>

#include <atomic>

#include "platform/apple/policy/path_plan.h"

using namespace onair;
using namespace onair::apple;

namespace {

using Moved = void (^)(ONNetworkKind);

struct Core {
  Moved moved = nil;
  nw_path_monitor_t monitor = nullptr;  // Null: off.
  dispatch_queue_t queue = nullptr;     // The plan is its alone.
  PathPlan plan;
  std::atomic<bool> is_on{false};
};

const char kQueueKey = 0;  // Its address: under it a queue says whose it is.

NetworkKind KindOf(nw_interface_type_t type) {
  if (type == nw_interface_type_wifi) return NetworkKind::kWifi;
  if (type == nw_interface_type_cellular) return NetworkKind::kCellular;
  return type == nw_interface_type_wired ? NetworkKind::kEthernet : NetworkKind::kUnknown;
}

// Below a tunnel (VPN), whose own interface is of no kind.
NetworkKind KindBelow(nw_path_t path) {
  for (const auto type :
       {nw_interface_type_wifi, nw_interface_type_wired, nw_interface_type_cellular}) {
    if (nw_path_uses_interface_type(path, type)) return KindOf(type);
  }
  return NetworkKind::kUnknown;
}

NetworkPath PathOf(nw_path_t path) {
  NetworkPath described{.is_usable = nw_path_get_status(path) == nw_path_status_satisfied};
  NetworkPath* into = &described;
  nw_path_enumerate_interfaces(path, ^bool(nw_interface_t interface) {
    into->interface = nw_interface_get_name(interface);
    into->kind = KindOf(nw_interface_get_type(interface));
    return false;  // The first is the one in use.
  });
  if (described.kind == NetworkKind::kUnknown) described.kind = KindBelow(path);
  return described;
}

// It may let go of the watch, and with that of itself.
void CallMoved(const Core& core, NetworkKind kind) {
  Moved moved = Block_copy(core.moved);
  moved(static_cast<ONNetworkKind>(kind));
  Block_release(moved);
}

}  // namespace

@implementation ONNetworkWatch

- (Core&)core {
  return *static_cast<Core*>(_core);
}

- (instancetype)initWithHandler:(void (^)(ONNetworkKind))moved {
  if (!(self = [super init])) return nil;
  Core* core = new Core;
  core->moved = Block_copy(moved);
  core->queue = dispatch_queue_create("onair.path", DISPATCH_QUEUE_SERIAL);
  dispatch_queue_set_specific(core->queue, &kQueueKey, core, nullptr);
  _core = core;
  return self;
}

- (void)start {
  Core* core = static_cast<Core*>(_core);
  if (core->monitor != nullptr) return;
  core->monitor = nw_path_monitor_create();
  nw_path_monitor_set_queue(core->monitor, core->queue);
  nw_path_monitor_set_update_handler(core->monitor, ^(nw_path_t path) {
    const auto kind = core->is_on ? core->plan.OnPath(PathOf(path)) : std::nullopt;
    if (kind) CallMoved(*core, *kind);
  });
  core->is_on = true;
  nw_path_monitor_start(core->monitor);
}

- (void)stop {
  Core& core = [self core];
  if (core.monitor == nullptr) return;
  nw_path_monitor_cancel(core.monitor);
  nw_release(core.monitor);
  core.monitor = nullptr;
  core.is_on = false;
  if (dispatch_get_specific(&kQueueKey) == &core) return;  // In the handler.
  dispatch_sync(core.queue, ^{
                });  // Behind what is under way.
}

- (void)dealloc {
  [self stop];
  Core* core = static_cast<Core*>(_core);
  dispatch_queue_t queue = core->queue;
  dispatch_async(queue, ^{  // Behind updates that are on their way.
    Block_release(core->moved);
    delete core;
  });
  dispatch_release(queue);
  [super dealloc];
}

@end
