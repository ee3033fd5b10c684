// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/rng.h"
#include "core/machine/trace.h"
#include "core/session/play.h"

namespace onair {

// Which protocol plays an address: http(s)://….flv, rtmp(s)://. kInvalidUrl, kUnsupported.
Result<session::Play::Path> OpenPlayPath(const Url& url, Rng& rng, TraceSink& trace, Timestamp now);

// The same question without the machine.
Status CheckPlayPath(const Url& url);

}  // namespace onair
