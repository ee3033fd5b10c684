// SPDX-License-Identifier: Apache-2.0
//
// The library asks the system's clock whether a flight is late and only then makes it again,
// with new record numbers, as it must be. We own the time here, so it is told that every flight
// is late at once, as often as the schedule can want: the copies wait in `resends` until our own
// timer wants them. A copy is some hundred bytes of framing; nothing is signed again.
#include "transport/tls/dtls_association.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/check.h"
#include "core/machine/datagram.h"
#include "core/machine/timer_table.h"
#include "transport/tls/datagram_queue.h"
#include "transport/tls/dtls_library.h"

namespace onair::dtls {
namespace {

// Source: libwebrtc, p2p/dtls/dtls_transport.cc, ComputeRetransmissionTimeout: twice ICE's RTT
// within these bounds.
constexpr TimeDelta kShortestResend = TimeDelta::Millis(50);
constexpr TimeDelta kLongestResend = TimeDelta::Seconds(3);
// From 50 ms on they last 15 s, from 1 s on 24 s. The library gives a flight up after twelve.
constexpr std::size_t kResends = 10;
// What the library calls "now" and "never" (over an hour), in its microseconds.
constexpr unsigned int kLate = 1;
constexpr unsigned int kNotLate = 4'000'000'000U;

// A ClientHello is a third of a kilobyte, and some peers split it; it comes again anyway.
constexpr std::size_t kEarlyBytes = 8 * 1024;
// Of one flight: both chains of 16 KiB would fit.
constexpr std::size_t kFlightBytes = 32 * 1024;
// What one call of the owner's can leave here is one datagram; this forgives 50.
constexpr std::size_t kQueueBytes = 64 * 1024;
// RFC 6347 section 4.3.1: a record's plaintext "MUST NOT exceed 2^14" bytes.
constexpr std::size_t kRecordBytes = 16 * 1024;
constexpr std::size_t kMaxFingerprints = 32;  // Each costs a comparison of 64 bytes, once.

enum class Timer { kHandshake, kResend };
constexpr std::array<std::string_view, 2> kTimerNames = {"dtls.handshake", "dtls.resend"};

struct FreeSession {
  void operator()(SSL* session) const { SSL_free(session); }
};

struct ProfileInfo {
  SrtpProfile profile;
  const char* name;        // OpenSSL's.
  std::size_t salt_bytes;  // The key has 16.
};
constexpr std::array<ProfileInfo, 2> kProfiles = {
    {{SrtpProfile::kAeadAes128Gcm, "SRTP_AEAD_AES_128_GCM", 12},
     {SrtpProfile::kAes128CmSha1_80, "SRTP_AES128_CM_SHA1_80", 14}}};

const ProfileInfo* InfoOf(unsigned long id) {
  for (const ProfileInfo& info : kProfiles) {
    if (static_cast<unsigned long>(info.profile) == id) return &info;
  }
  return nullptr;
}

std::string NamesOf(const std::vector<SrtpProfile>& profiles) {
  std::string names;
  for (const SrtpProfile profile : profiles) {
    if (!names.empty()) names += ':';
    names += InfoOf(static_cast<unsigned long>(profile))->name;
  }
  return names;
}

// RFC 7983 section 7: DTLS is 20..63; of these 1.2 uses four. RFC 6347 section 4.1: the version
// is "{254, 255}" or, in a first ClientHello's record too, {254, 253}; the length is its last.
bool LooksLikeDtls(ByteView d) {
  constexpr std::size_t kHeader = 13;
  return d.size() > kHeader && d[0] >= 20 && d[0] <= 23 && d[1] == 254 &&
         static_cast<std::size_t>(d[11] << 8 | d[12]) <= d.size() - kHeader;
}

}  // namespace

struct Association::State final : LibraryUser {
  enum class Phase { kWaiting = 1, kHandshake, kConnected, kClosed };

  explicit State(const AssociationConfig& c)
      : config(c), resends(kResends, DatagramQueue(kFlightBytes)) {}

  // False: the library is out of memory.
  bool Open();

  std::optional<ByteView> TakeInput() override;
  void KeepOutput(ByteView datagram) override;
  bool IsAnnounced(const X509& certificate) override;
  static unsigned int OnTimerQuestion(SSL* session, unsigned int last_us);

  void Take(ByteView datagram);
  void Advance();
  void ReadRecords();
  void FinishHandshake();
  void CheckFault(int answer);
  void FollowFlight();
  void ResendFlight();
  TimeDelta FirstResend() const;
  Result<SrtpKeys> ExportKeys(const ProfileInfo& info);
  void End(Error error);
  void Keep(DatagramQueue& queue, ByteView bytes, std::size_t join_up_to = 0);
  void SeeTime(Timestamp at) { now = std::max(now, at); }

  AssociationConfig config;
  std::unique_ptr<SSL, FreeSession> session;
  Phase phase = Phase::kWaiting;
  Timestamp now = Timestamp::MinusInfinity();
  TimerTable<Timer, 2> timers{kTimerNames};
  std::vector<Fingerprint> announced;
  bool is_other_peer = false;  // Its certificate was not among them.

  ByteView input;
  DatagramQueue early{kEarlyBytes};
  DatagramQueue outbox{kQueueBytes};
  DatagramQueue received{kQueueBytes};
  std::optional<Connected> connected;
  std::optional<Closed> closed;

  // The flight that the peer has not answered yet.
  std::vector<DatagramQueue> resends;  // Its copies, the next one at resends_sent.
  std::size_t copy_written = 0;        // By the library now; 0: what goes out at once.
  std::size_t resends_sent = 0;
  bool is_flight_new = false;
  TimeDelta resend_after = TimeDelta::Zero();

  AssociationStats stats;
  std::array<std::uint8_t, kRecordBytes> record;
};

bool Association::State::Open() {
  const Identity::Context& context = *config.identity.context_;
  session.reset(SSL_new(context.context.get()));
  BIO* bio = session ? NewDatagramBio(*context.datagrams, *this) : nullptr;
  if (bio == nullptr) return false;
  SSL* s = session.get();
  SSL_set_bio(s, bio, bio);
  SSL_set_app_data(s, static_cast<LibraryUser*>(this));
  DTLS_set_timer_cb(s, OnTimerQuestion);
  DTLS_set_link_mtu(s, static_cast<long>(kMaxDatagramBytes));
  config.role == Role::kActive ? SSL_set_connect_state(s) : SSL_set_accept_state(s);
  const std::string profiles = NamesOf(config.srtp_profiles);
  return profiles.empty() || SSL_set_tlsext_use_srtp(s, profiles.c_str()) == 0;  // 0: done.
}

std::optional<ByteView> Association::State::TakeInput() {
  if (input.empty()) return std::nullopt;
  return std::exchange(input, ByteView{});
}

void Association::State::Keep(DatagramQueue& queue, ByteView bytes, std::size_t join_up_to) {
  if (!queue.PushJoined(bytes, join_up_to)) {
    stats.bytes_dropped += static_cast<std::int64_t>(bytes.size());
  }
}

void Association::State::KeepOutput(ByteView datagram) {
  ONAIR_DCHECK(datagram.size() <= kMaxDatagramBytes);
  if (phase != Phase::kHandshake) return Keep(outbox, datagram);
  // The library sends each message of a flight's copy on its own; one datagram less is one less
  // to lose.
  Keep(copy_written == 0 ? outbox : resends[copy_written - 1], datagram, kMaxDatagramBytes);
}

bool Association::State::IsAnnounced(const X509& certificate) {
  const auto shown = FingerprintOf(certificate, announced.front().hash);
  const bool is_known =
      shown && std::find(announced.begin(), announced.end(), *shown) != announced.end();
  is_other_peer = !is_known;
  return is_known;
}

// Zero: a flight begins. Otherwise a copy of it follows, because it was "late".
unsigned int Association::State::OnTimerQuestion(SSL* session, unsigned int last_us) {
  auto& state = static_cast<State&>(*static_cast<LibraryUser*>(SSL_get_app_data(session)));
  if (last_us == 0) {
    for (DatagramQueue& copy : state.resends) copy.Clear();
    state.copy_written = 0;
    state.is_flight_new = true;
    return kLate;
  }
  state.copy_written = std::min(state.copy_written + 1, kResends);
  return state.copy_written < kResends ? kLate : kNotLate;
}

void Association::State::Take(ByteView datagram) {
  const bool was_quiet = phase == Phase::kConnected && outbox.is_empty() && received.is_empty();
  input = datagram;
  Advance();
  input = {};
  const bool is_quiet = phase == Phase::kConnected && outbox.is_empty() && received.is_empty();
  if (was_quiet && is_quiet) ++stats.datagrams_refused;
}

void Association::State::Advance() {
  copy_written = 0;
  ERR_clear_error();
  if (phase == Phase::kHandshake) {
    const int answer = SSL_do_handshake(session.get());
    if (answer == 1) {
      FinishHandshake();
    } else {
      CheckFault(answer);
    }
    FollowFlight();
  }
  if (phase == Phase::kConnected) ReadRecords();
}

void Association::State::ReadRecords() {
  // Each round takes a record of the datagram, and that has no more than it has bytes.
  for (std::size_t i = 0; i <= kRecordBytes && phase == Phase::kConnected; ++i) {
    const int size = SSL_read(session.get(), record.data(), static_cast<int>(record.size()));
    if (size <= 0) return CheckFault(size);
    Keep(received, ByteView(record).first(static_cast<std::size_t>(size)));
  }
}

void Association::State::FinishHandshake() {
  // RFC 7627 section 1: without it two sessions can be made to share their keys.
  if (SSL_get_extms_support(session.get()) != 1) {
    return End({ErrorCode::kTlsHandshake, "DTLS: the peer has no extended_master_secret", 0});
  }
  Connected event;
  if (!config.srtp_profiles.empty()) {
    const SRTP_PROTECTION_PROFILE* chosen = SSL_get_selected_srtp_profile(session.get());
    const ProfileInfo* info = chosen != nullptr ? InfoOf(chosen->id) : nullptr;
    if (info == nullptr) {
      return End({ErrorCode::kDtlsNoSrtpProfile, "DTLS: no SRTP profile in common", 0});
    }
    auto keys = ExportKeys(*info);
    if (!keys) return End(keys.error());
    event.srtp = *keys;
  }
  phase = Phase::kConnected;
  timers.StopAll();
  connected = event;
}

// RFC 5764 section 4.2: client key, server key, client salt, server salt.
Result<SrtpKeys> Association::State::ExportKeys(const ProfileInfo& info) {
  constexpr std::string_view kLabel = "EXTRACTOR-dtls_srtp";
  SrtpKeys keys{info.profile, {}, {}};
  std::array<std::uint8_t, 2 * (sizeof keys.local.key + sizeof keys.local.salt)> material;
  const std::size_t size = 2 * (keys.local.key.size() + info.salt_bytes);
  if (SSL_export_keying_material(session.get(), material.data(), size, kLabel.data(), kLabel.size(),
                                 nullptr, 0, 0) != 1) {
    return Fail(ErrorCode::kInternal, "DTLS: no keys could be exported");
  }
  const std::uint8_t* next = material.data();
  const auto take = [&next](std::uint8_t* to, std::size_t count) {
    std::copy_n(next, count, to);
    next += count;
  };
  const bool is_client = config.role == Role::kActive;
  SrtpSecret& client = is_client ? keys.local : keys.remote;
  SrtpSecret& server = is_client ? keys.remote : keys.local;
  client.salt_bytes = server.salt_bytes = info.salt_bytes;
  take(client.key.data(), client.key.size());
  take(server.key.data(), server.key.size());
  take(client.salt.data(), info.salt_bytes);
  take(server.salt.data(), info.salt_bytes);
  OPENSSL_cleanse(material.data(), material.size());
  return keys;
}

void Association::State::CheckFault(int answer) {
  const int kind = SSL_get_error(session.get(), answer);
  if (kind == SSL_ERROR_WANT_READ || kind == SSL_ERROR_WANT_WRITE) return;
  if (kind == SSL_ERROR_ZERO_RETURN) {
    return End({ErrorCode::kPeerClosed, "DTLS: close_notify", 0});
  }
  const auto [reason, native] = tls::TakeLibraryError();
  if (is_other_peer) {
    return End({ErrorCode::kDtlsFingerprint, "DTLS: another certificate than announced", native});
  }
  const ErrorCode code =
      phase == Phase::kConnected ? ErrorCode::kConnectionLost : ErrorCode::kTlsHandshake;
  End({code, "DTLS: " + reason, native});
}

TimeDelta Association::State::FirstResend() const {
  return std::clamp(config.rtt * 2, kShortestResend, kLongestResend);
}

// After the library worked on the handshake: the peer's whole answer brings our next flight or
// the end, so a timer is only ever moved or stopped for good.
void Association::State::FollowFlight() {
  if (phase != Phase::kHandshake || !std::exchange(is_flight_new, false)) return;
  resends_sent = 0;
  resend_after = FirstResend();
  timers.Set(Timer::kResend, now + resend_after);
}

void Association::State::ResendFlight() {
  DatagramQueue& copy = resends[resends_sent++];
  while (const auto datagram = copy.Take()) Keep(outbox, *datagram);
  ++stats.flights_resent;
  resend_after = std::min(resend_after * 2, kLongestResend);
  if (resends_sent < kResends) timers.Set(Timer::kResend, now + resend_after);
}

void Association::State::End(Error error) {
  // Where it still can, it tells the peer; the last words go out before Closed.
  if (SSL_is_init_finished(session.get()) == 1) SSL_shutdown(session.get());
  ERR_clear_error();
  phase = Phase::kClosed;
  timers.StopAll();
  closed = Closed{std::move(error)};
}

Status AssociationConfig::Validate() const {
  for (std::size_t i = 0; i < srtp_profiles.size(); ++i) {
    const auto rest = std::span(srtp_profiles).subspan(i + 1);
    if (InfoOf(static_cast<unsigned long>(srtp_profiles[i])) == nullptr ||
        std::find(rest.begin(), rest.end(), srtp_profiles[i]) != rest.end()) {
      return Fail(ErrorCode::kInvalidConfig, "srtp_profiles has an unknown one or one twice");
    }
  }
  if (rtt < TimeDelta::Zero() || rtt > TimeDelta::Seconds(10)) {
    return Fail(ErrorCode::kInvalidConfig, "rtt is not in [0 s, 10 s]");
  }
  if (handshake_timeout <= TimeDelta::Zero() || handshake_timeout > TimeDelta::Seconds(30)) {
    return Fail(ErrorCode::kInvalidConfig, "handshake_timeout is not in (0 s, 30 s]");
  }
  return {};
}

Result<Association> Association::Create(const AssociationConfig& config) {
  if (auto status = config.Validate(); !status) return Forward(status);
  auto state = std::make_unique<State>(config);
  ERR_clear_error();
  if (!state->Open()) {
    const auto [reason, native] = tls::TakeLibraryError();
    return Fail(ErrorCode::kInternal, "DTLS: " + reason, native);
  }
  return Association(std::move(state));
}

Association::Association(std::unique_ptr<State> state) : state_(std::move(state)) {}
Association::Association(Association&&) noexcept = default;
Association& Association::operator=(Association&&) noexcept = default;
Association::~Association() = default;

void Association::HandleDatagram(ByteView datagram, Timestamp now) {
  state_->SeeTime(now);
  if (state_->phase == State::Phase::kClosed) return;
  const bool is_early = state_->phase == State::Phase::kWaiting;
  if (!LooksLikeDtls(datagram) || (is_early && !state_->early.Push(datagram))) {
    ++state_->stats.datagrams_ignored;
  } else if (!is_early) {
    state_->Take(datagram);
  }
}

void Association::HandleTimeout(Timestamp now) {
  state_->SeeTime(now);
  if (state_->timers.TakeDue(Timer::kHandshake, state_->now)) {
    return state_->End({ErrorCode::kTimeout, "the DTLS handshake took too long", 0});
  }
  if (state_->timers.TakeDue(Timer::kResend, state_->now)) state_->ResendFlight();
}

void Association::HandleRtt(TimeDelta rtt, Timestamp) {
  state_->config.rtt = std::max(rtt, TimeDelta::Zero());
}

Status Association::Start(std::span<const Fingerprint> peer, Timestamp now) {
  if (peer.empty() || peer.size() > kMaxFingerprints) {
    return Fail(ErrorCode::kInvalidConfig, "no fingerprints of the peer, or more than 32");
  }
  State& s = *state_;
  if (s.phase != State::Phase::kWaiting) {
    return Fail(ErrorCode::kInvalidState, "a DTLS association starts once");
  }
  s.SeeTime(now);
  s.announced = StrongestOf(peer);
  s.phase = State::Phase::kHandshake;
  s.timers.Set(Timer::kHandshake, s.now + s.config.handshake_timeout);
  s.Advance();
  while (const auto datagram = s.early.Take()) {
    if (s.phase == State::Phase::kClosed) break;
    s.Take(*datagram);
  }
  s.early = DatagramQueue(0);
  return {};
}

void Association::Write(ByteView data, Timestamp now) {
  State& s = *state_;
  s.SeeTime(now);
  ONAIR_DCHECK(!data.empty() && data.size() <= kMaxWriteBytes);
  if (s.phase != State::Phase::kConnected) return;
  ERR_clear_error();
  const int taken = SSL_write(s.session.get(), data.data(), static_cast<int>(data.size()));
  if (taken <= 0) s.CheckFault(taken);
}

void Association::Close(Timestamp now) {
  State& s = *state_;
  s.SeeTime(now);
  if (s.phase == State::Phase::kConnected) SSL_shutdown(s.session.get());
  ERR_clear_error();
  s.phase = State::Phase::kClosed;
  s.timers.StopAll();
  s.connected.reset();
  s.closed.reset();
  s.received.Clear();
}

Association::Output Association::Poll() {
  State& s = *state_;
  if (const auto datagram = s.outbox.Take()) return Outgoing{*datagram};
  if (s.connected) return Event{*std::exchange(s.connected, std::nullopt)};
  if (const auto data = s.received.Take()) return Event{ApplicationData{*data}};
  if (s.closed) return Event{*std::exchange(s.closed, std::nullopt)};
  return s.timers.Next();
}

AssociationStats Association::stats() const {
  return state_->stats;
}

}  // namespace onair::dtls
