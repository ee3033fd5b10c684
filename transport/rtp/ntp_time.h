// SPDX-License-Identifier: Apache-2.0
//
// Wall-clock time as RTP carries it (RFC 3550 section 4): seconds since 1900 and their fraction.
#pragma once

#include <compare>
#include <cstdint>

#include "core/media/media_time.h"

namespace onair::rtp {

// 64 bits: 32 of whole seconds, 32 of fraction. Wraps in 2036, so only differences are compared.
class NtpTime {
 public:
  constexpr NtpTime() = default;
  explicit constexpr NtpTime(std::uint64_t bits) : bits_(bits) {}
  // RFC 868: "the time 2,208,988,800 corresponds to 00:00  1 Jan 1970 GMT".
  static constexpr NtpTime Of(UtcTime utc) {
    const std::int64_t us = utc.us();
    // Towards minus infinity, so that the fraction is never negative.
    const std::int64_t seconds = us / kMicros - (us % kMicros < 0 ? 1 : 0);
    const auto rest = static_cast<std::uint64_t>(us - seconds * kMicros);
    const auto fraction = ((rest << 32) + kMicros / 2) / kMicros;
    return NtpTime((static_cast<std::uint64_t>(seconds + kUnixEpoch) << 32) + fraction);
  }

  constexpr std::uint64_t bits() const { return bits_; }
  // The middle 32 bits, 1/65536 s: how reports refer to a report. Wraps after 18 hours.
  constexpr std::uint32_t compact() const { return static_cast<std::uint32_t>(bits_ >> 16); }
  // Bits 6.18 of the header extension abs-send-time. Wraps after 64 s.
  constexpr std::uint32_t abs_send_time() const {
    return static_cast<std::uint32_t>(bits_ >> 14) & 0xffffff;
  }
  // For the present era of NTP (up to 2036).
  constexpr UtcTime utc() const {
    const auto seconds = static_cast<std::int64_t>(bits_ >> 32) - kUnixEpoch;
    const auto micros = ((bits_ & 0xffffffff) * kMicros + (1U << 31)) >> 32;
    return UtcTime::Micros(seconds * kMicros + static_cast<std::int64_t>(micros));
  }

  constexpr bool operator==(const NtpTime&) const = default;

 private:
  static constexpr std::int64_t kMicros = 1'000'000;
  static constexpr std::int64_t kUnixEpoch = 2'208'988'800;

  std::uint64_t bits_ = 0;
};

// A span counted in 1/65536 s, as in LSR, DLSR and their differences.
constexpr TimeDelta CompactSpan(std::uint32_t units) {
  return TimeDelta::Micros((static_cast<std::int64_t>(units) * 1'000'000 + 0x8000) >> 16);
}
// Saturates at 18 hours; a negative span counts as none.
constexpr std::uint32_t CompactUnits(TimeDelta span) {
  if (span <= TimeDelta::Zero()) return 0;
  if (span >= TimeDelta::Seconds(0xffff)) return 0xffffffff;
  return static_cast<std::uint32_t>(((span.us() << 16) + 500'000) / 1'000'000);
}

// The one line between our clock and the wall, taken once for a session: the wall's steps must
// not reach the peer, which would take them for drift.
struct WallClock {
  Timestamp at = Timestamp::Zero();
  UtcTime utc = UtcTime::Micros(0);

  constexpr NtpTime NtpOf(Timestamp now) const { return NtpTime::Of(utc + (now - at)); }
};

}  // namespace onair::rtp
