// SPDX-License-Identifier: Apache-2.0
//
// DTLS-SRTP (RFC 5764) as a machine for one peer whose certificate is known by its fingerprint:
//
//   datagrams whose first byte is 20..63 -> HandleDatagram() -> Connected, ApplicationData
//   application data -> Write() -> Outgoing, which the parent sends on its selected path
//
// Which path that is does not concern it, so an ICE restart goes unnoticed. DTLS 1.2 only: no
// OpenSSL that we build with speaks DTLS 1.3. Keys and nonces come from the TLS library, so two
// runs never send the same bytes.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/machine/machine.h"
#include "transport/tls/dtls_identity.h"
#include "transport/tls/fingerprint.h"

namespace onair::dtls {

// RFC 5763 section 5: a=setup says who sends the ClientHello.
enum class Role { kActive = 1, kPassive = 2 };

// By their numbers in RFC 5764 section 4.1.2 and RFC 7714 section 14.2.
enum class SrtpProfile : std::uint16_t {
  kAes128CmSha1_80 = 0x0001,
  kAeadAes128Gcm = 0x0007,
};

// Of one direction.
struct SrtpSecret {
  std::array<std::uint8_t, 16> key{};
  std::array<std::uint8_t, 14> salt{};
  std::size_t salt_bytes = 0;  // 14, with AEAD_AES_128_GCM 12.
};
struct SrtpKeys {
  SrtpProfile profile;
  SrtpSecret local;   // Protects what we send.
  SrtpSecret remote;  // Protects what the peer sends.
};

struct AssociationConfig {
  Identity identity;
  Role role;

  // By preference; a passive end's order decides. Empty: no SRTP keys are made, as for a
  // session of data channels alone. At most one of each.
  std::vector<SrtpProfile> srtp_profiles = {SrtpProfile::kAeadAes128Gcm,
                                            SrtpProfile::kAes128CmSha1_80};

  // Of the path, as ICE measured it. A flight is sent again after 2 x RTT, at least 50 ms and at
  // most 3 s, then after double that. Range [0 s, 10 s]. Too short floods a slow path.
  // RFC 6347 section 4.2.4.1: "an initial timer value of 1 second", which is this default.
  TimeDelta rtt = TimeDelta::Millis(500);

  // From Start() to Connected. Range (0 s, 30 s].
  // Source: ours; as long as ICE waits for its checks.
  TimeDelta handshake_timeout = TimeDelta::Seconds(15);

  // Ok, or kInvalidConfig whose detail names the first field out of range.
  [[nodiscard]] Status Validate() const;
};

struct AssociationStats {
  std::int64_t datagrams_ignored = 0;  // Not DTLS at all, or before Start() and too many.
  std::int64_t datagrams_refused =
      0;  // Broken first ones; since Connected: forged, replayed, useless.
  std::int64_t flights_resent = 0;
  std::int64_t bytes_dropped = 0;  // Of any queue here that was full.
};

// One end. Single-owner, movable.
class Association {
 public:
  struct Outgoing {
    ByteView bytes;  // At most 1200; borrowed until the next call.
  };
  struct Connected {  // The peer is the one announced; Write() may begin.
    std::optional<SrtpKeys> srtp;
  };
  struct ApplicationData {  // Never empty; what one Write() of the peer's sent.
    ByteView bytes;         // Borrowed until the next call.
  };
  // Over, nothing follows. kDtlsFingerprint, kDtlsNoSrtpProfile, kTlsHandshake, kTimeout;
  // after Connected kPeerClosed (close_notify) or kConnectionLost.
  struct Closed {
    Error error;
  };
  using Event = std::variant<Connected, ApplicationData, Closed>;
  using Output = std::variant<Idle, Outgoing, Event>;

  // What fits into an Outgoing with the record around it (13 header, 8 nonce, 16 tag).
  static constexpr std::size_t kMaxWriteBytes = 1200 - 37;

  // kInvalidConfig; kUnsupported in a build without TLS.
  static Result<Association> Create(const AssociationConfig& config);

  Association(Association&& other) noexcept;
  Association& operator=(Association&& other) noexcept;
  ~Association();

  // Junk is ignored and counted, and so is what an attacker sends before the peer's first words
  // and after Connected; between, DTLS 1.2 can be broken off by who writes on the path. A peer that
  // is quicker than its answer is kept waiting: up to 8 KiB before Start().
  void HandleDatagram(ByteView datagram, Timestamp now);
  void HandleTimeout(Timestamp now);
  // ICE knows better now: counts from the next flight on.
  void HandleRtt(TimeDelta rtt, Timestamp now);

  // There is a path (when active) and the peer's description. One of the fingerprints of the
  // strongest hash must be its certificate's. kInvalidConfig: there are none, or more than 32;
  // kInvalidState: was started before.
  Status Start(std::span<const Fingerprint> peer, Timestamp now);

  // After Connected; ignored when closed. 1..kMaxWriteBytes bytes, which leave as one datagram.
  void Write(ByteView data, Timestamp now);

  // Says goodbye (last Outgoing, when connected); no event follows.
  void Close(Timestamp now);

  [[nodiscard]] Output Poll();

  AssociationStats stats() const;

 private:
  struct State;
  explicit Association(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace onair::dtls
