// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "core/api/capture_ports.h"

namespace onair {

// Turns a pull source into a live one: a thread takes each item when its time on the driver's
// clock has come. An item that is late is taken at once and keeps its place on the line; a
// source more than 500 ms behind (a suspended process) has its line moved instead of rushing.
std::unique_ptr<LiveSource> MakePacedSource(std::unique_ptr<MediaSource> source);

}  // namespace onair
