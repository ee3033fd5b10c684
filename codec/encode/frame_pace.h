// SPDX-License-Identifier: Apache-2.0
//
// Which pictures are encoded when fewer are wanted than come in. Dropping before the encoder
// keeps every sent picture decodable.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/media/media_time.h"

namespace onair::codec {

// Pure, single-owner.
class FramePace {
 public:
  // `frame_rate` > 0: what is wanted, and what is assumed to come in until some came.
  explicit FramePace(double frame_rate) : wanted_(frame_rate), assumed_(frame_rate) {}

  void SetWanted(double frame_rate) { wanted_ = frame_rate; }

  // True for a picture to encode. pts rise; each picture is asked for once.
  [[nodiscard]] bool Take(MediaTime pts);

  // Pictures per second that Take() lets through at present.
  double frame_rate() const;

 private:
  // Half a second at 30 fps: short enough for a camera that slows down in the dark, long
  // enough for its jitter.
  static constexpr std::size_t kWindow = 16;

  double input_rate() const;
  bool is_thinning() const;

  double wanted_;
  double assumed_;
  std::array<std::int64_t, kWindow> intervals_us_{};  // Ring.
  std::size_t measured_ = 0;
  std::optional<MediaTime> last_;
  std::optional<MediaTime> due_;
};

}  // namespace onair::codec
