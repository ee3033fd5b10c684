// SPDX-License-Identifier: Apache-2.0
//
// Speakers: a real one through SDL and one that only keeps time.
#pragma once

#include <cstdint>
#include <memory>

#include "core/api/render_ports.h"

namespace onair::devices {

// The system's default speaker. The puller is called on SDL's audio thread. heard_at is the
// moment of the call plus what SDL's buffer holds, smoothed over calls; a sound server's own
// latency behind that is not known to SDL and not in it. Single-owner.
std::unique_ptr<AudioOutput> CreateSdlAudioOutput();

// A device without a speaker: pulls 10 ms each 10 ms of the monotonic clock, without drift.
// heard_at is exact: the end of the block before, as with a double-buffered device. After a
// stall of the machine it pulls what it missed at once, up to 200 ms; what is older is
// skipped, as an underrun of a real device would. Single-owner; own thread.
std::unique_ptr<AudioOutput> CreateHeadlessAudioOutput();

}  // namespace onair::devices
