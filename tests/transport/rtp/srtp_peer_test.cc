// SPDX-License-Identifier: Apache-2.0
//
// Our SRTP against one that we did not write: libsrtp, both ways.
#include <srtp2/srtp.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <memory>

#include "core/base/rng.h"
#include "tests/support/seed.h"
#include "tests/transport/rtp/srtp_packets.h"
#include "transport/rtp/srtp.h"

namespace onair::rtp {
namespace {

constexpr SrtpSuite kSuites[] = {SrtpSuite::kAes128CmSha1_80, SrtpSuite::kAeadAes128Gcm};

class Libsrtp {
 public:
  Libsrtp(SrtpSuite suite, srtp_ssrc_type_t direction) {
    static const srtp_err_status_t ready = srtp_init();
    REQUIRE(ready == srtp_err_status_ok);
    const auto profile = static_cast<srtp_profile_t>(suite);
    const SrtpKey key = KeyOf(suite);
    std::array<unsigned char, 30> secret{};
    std::copy(key.key.begin(), key.key.end(), secret.begin());
    std::copy(key.salt.begin(), key.salt.end(), secret.begin() + 16);
    srtp_policy_t policy{};
    REQUIRE(srtp_crypto_policy_set_from_profile_for_rtp(&policy.rtp, profile) == 0);
    REQUIRE(srtp_crypto_policy_set_from_profile_for_rtcp(&policy.rtcp, profile) == 0);
    policy.ssrc.type = direction;
    policy.key = secret.data();
    policy.window_size = 1024;
    REQUIRE(srtp_create(&session_, &policy) == srtp_err_status_ok);
  }
  ~Libsrtp() { srtp_dealloc(session_); }
  Libsrtp(const Libsrtp&) = delete;
  Libsrtp& operator=(const Libsrtp&) = delete;

  using Call = srtp_err_status_t (*)(srtp_t, void*, int*);
  Bytes Do(Call call, Bytes packet) {
    int size = static_cast<int>(packet.size());
    packet.resize(packet.size() + 64);
    REQUIRE(call(session_, packet.data(), &size) == srtp_err_status_ok);
    packet.resize(static_cast<std::size_t>(size));
    return packet;
  }

 private:
  srtp_t session_ = nullptr;
};

Bytes Random(Rng& rng, std::uint16_t sequence) {
  Bytes packet =
      RtpPacket(static_cast<std::uint32_t>(3 + rng.Below(3)), sequence, rng.Below(1'160));
  if (packet.size() > 40 && rng.Below(2) == 0) {
    packet[0] |= 0x10;
    packet[12] = 0xbe, packet[13] = 0xde, packet[14] = 0, packet[15] = 2;
  }
  return packet;
}

TEST_CASE("libsrtp opens what we protect, through roll-overs") {
  const std::uint64_t seed = test::Seed();
  INFO(test::SeedNote(seed));
  for (const SrtpSuite suite : kSuites) {
    Rng rng(seed);
    SrtpSender ours = std::move(*SrtpSender::Make(KeyOf(suite)));
    Libsrtp theirs(suite, ssrc_any_inbound);
    std::uint16_t sequence = 60'000;
    for (int i = 0; i < 1'000; ++i) {
      sequence = static_cast<std::uint16_t>(sequence + 1 + rng.Below(300));
      const Bytes packet = Random(rng, sequence);
      Bytes room = packet;
      room.resize(packet.size() + kMaxSrtpTrailer);
      const std::size_t size = ours.ProtectRtp(room, packet.size());
      REQUIRE(size == packet.size() + SrtpTagBytes(suite));
      room.resize(size);
      REQUIRE(theirs.Do(srtp_unprotect, room) == packet);

      const Bytes report = RtcpPacket(3);
      room = report;
      room.resize(report.size() + kMaxSrtcpTrailer);
      room.resize(ours.ProtectRtcp(room, report.size()));
      REQUIRE(theirs.Do(srtp_unprotect_rtcp, room) == report);
    }
  }
}

TEST_CASE("We open what libsrtp protects, through roll-overs") {
  const std::uint64_t seed = test::Seed();
  INFO(test::SeedNote(seed));
  for (const SrtpSuite suite : kSuites) {
    Rng rng(seed);
    SrtpReceiver ours = std::move(*SrtpReceiver::Make(KeyOf(suite)));
    Libsrtp theirs(suite, ssrc_any_outbound);
    std::uint16_t sequence = 60'000;
    for (int i = 0; i < 1'000; ++i) {
      sequence = static_cast<std::uint16_t>(sequence + 1 + rng.Below(300));
      const Bytes packet = Random(rng, sequence);
      Bytes secret = theirs.Do(srtp_protect, packet);
      REQUIRE(ours.UnprotectRtp(secret) == packet.size());
      secret.resize(packet.size());
      REQUIRE(secret == packet);

      const Bytes report = RtcpPacket(3);
      Bytes secret_report = theirs.Do(srtp_protect_rtcp, report);
      REQUIRE(ours.UnprotectRtcp(secret_report) == report.size());
      secret_report.resize(report.size());
      REQUIRE(secret_report == report);
    }
  }
}

}  // namespace
}  // namespace onair::rtp
