// SPDX-License-Identifier: Apache-2.0
//
// The settings of x265 for live, in one place. Private to the room.
#pragma once

#include <memory>
#include <string>

extern "C" {
#include <x265.h>
}

#include "core/api/publish_config.h"

namespace onair::codec {

struct FreeX265Param {
  void operator()(x265_param* param) const;
};
using X265Param = std::unique_ptr<x265_param, FreeX265Param>;

// The entry points of the 8-bit build; valid for ever, and the same at every call. Where they come
// from is the build's choice (ONAIR_GPL_CODECS): x265_linked.cc or x265_loaded.cc.
// kCodecUnavailable naming what is missing.
Result<const x265_api*> FindX265();
// The same where it was found before.
const x265_api* X265Api();

// An x265_param with `config` in it. `pools` must live until the encoder is open: it holds what
// the param points to. kInvalidConfig, kCodecUnavailable, kOutOfMemory.
Result<X265Param> MakeX265Settings(const VideoConfig& config, std::string& pools);

// Whether blocks get offsets of x265's own; without, its adaptive quantisation runs on a token
// strength, for those of regions.
bool HasAdaptiveQuantizer(const x265_param& param);

}  // namespace onair::codec
