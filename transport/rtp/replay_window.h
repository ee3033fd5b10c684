// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace onair::rtp {

// Which of the newest indexes have been seen (RFC 3711 section 3.3.2). Plain value.
class ReplayWindow {
 public:
  // Source: libwebrtc cd6792e5 pc/srtp_session.cc (window_size 1024): retransmissions on the
  // stream's own SSRC come as late as this many packets. RFC 3711 asks for 64 at least.
  static constexpr std::size_t kPackets = 1024;

  // As if all up to `newest` had been seen: what is known of a stream whose window was given up.
  static ReplayWindow ClosedUpTo(std::int64_t newest) {
    ReplayWindow window;
    window.newest_ = newest;
    window.words_.fill(~std::uint64_t{0});
    return window;
  }

  // Neither seen nor too old to know.
  bool is_new(std::int64_t index) const {
    if (!newest_ || index > *newest_) return true;
    return *newest_ - index < static_cast<std::int64_t>(kPackets) && !Bit(index);
  }

  // Only for what is authentic, or a forger could move the window.
  void Accept(std::int64_t index) {
    if (!newest_ || index - *newest_ >= static_cast<std::int64_t>(kPackets)) {
      words_.fill(0);
      newest_ = index;
    }
    while (*newest_ < index) Clear(++*newest_);
    words_[Word(index)] |= Mask(index);
  }

  std::optional<std::int64_t> newest() const { return newest_; }

 private:
  static constexpr std::size_t kWordBits = 64;

  static std::size_t Word(std::int64_t index) {
    return static_cast<std::size_t>(index) / kWordBits % (kPackets / kWordBits);
  }
  static std::uint64_t Mask(std::int64_t index) {
    return std::uint64_t{1} << (static_cast<std::uint64_t>(index) % kWordBits);
  }
  bool Bit(std::int64_t index) const { return (words_[Word(index)] & Mask(index)) != 0; }
  void Clear(std::int64_t index) { words_[Word(index)] &= ~Mask(index); }

  std::array<std::uint64_t, kPackets / kWordBits> words_{};
  std::optional<std::int64_t> newest_;
};

}  // namespace onair::rtp
