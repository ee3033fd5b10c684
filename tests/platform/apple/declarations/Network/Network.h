// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <dispatch/dispatch.h>

typedef struct nw_path_monitor* nw_path_monitor_t;
typedef struct nw_path* nw_path_t;
typedef struct nw_interface* nw_interface_t;
typedef void (^nw_path_monitor_update_handler_t)(nw_path_t path);
typedef bool (^nw_path_enumerate_interfaces_block_t)(nw_interface_t interface);
typedef enum nw_path_status_t : unsigned int {
  nw_path_status_satisfied = 1,
} nw_path_status_t;
typedef enum nw_interface_type_t : unsigned int {
  nw_interface_type_wifi = 1,
  nw_interface_type_cellular = 2,
  nw_interface_type_wired = 3,
} nw_interface_type_t;

extern "C" {
nw_path_monitor_t nw_path_monitor_create(void);
void nw_path_monitor_set_queue(nw_path_monitor_t monitor, dispatch_queue_t queue);
void nw_path_monitor_set_update_handler(nw_path_monitor_t monitor,
                                        nw_path_monitor_update_handler_t update_handler);
void nw_path_monitor_start(nw_path_monitor_t monitor);
void nw_path_monitor_cancel(nw_path_monitor_t monitor);
nw_path_status_t nw_path_get_status(nw_path_t path);
void nw_path_enumerate_interfaces(nw_path_t path,
                                  nw_path_enumerate_interfaces_block_t enumerate_block);
const char* nw_interface_get_name(nw_interface_t interface);
nw_interface_type_t nw_interface_get_type(nw_interface_t interface);
bool nw_path_uses_interface_type(nw_path_t path, nw_interface_type_t interface_type);
// A macro for -release there.
void nw_release(void* obj);
}
