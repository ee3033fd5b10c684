// SPDX-License-Identifier: Apache-2.0
//
// What systems know and offer about a TCP socket beyond Asio. Here, and only here, they differ.
#pragma once

#include <optional>

#include "core/base/result.h"
#include "core/machine/socket_facts.h"
#include "core/units/data.h"

namespace onair::runtime {

using NativeSocket = int;

// Bytes that the kernel took and has not put on the wire; empty where it does not tell.
std::optional<DataSize> KernelUnsent(NativeSocket socket);

// Bytes that the kernel took and the peer has not confirmed; empty where it does not tell.
std::optional<DataSize> KernelUnacked(NativeSocket socket);

SocketFacts ReadFacts(NativeSocket socket);

// 0 leaves the system's choice. Silent where it is unknown.
void LimitKernelUnsent(NativeSocket socket, DataSize limit);

// About what the peer may have on the way to here; 0: as much as the system gives who asks.
void LimitReceiveWindow(NativeSocket socket, DataSize limit);

// Whether the socket becomes writable only when less than half of `limit`, as given to
// LimitKernelUnsent(), is unsent; false where systems mean something else by it.
bool WritableTellsDrained(NativeSocket socket, DataSize limit);

void EnableKeepAlive(NativeSocket socket);

// What errno of connect() means to us.
ErrorCode ConnectErrorCode(int native_code);

}  // namespace onair::runtime
