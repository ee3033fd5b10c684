// SPDX-License-Identifier: Apache-2.0
#include "transport/tls/dtls_association.h"

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
#include "transport/tls/dtls_flight.h"
#include "transport/tls/dtls_library.h"
#include "transport/tls/dtls_srtp.h"

namespace onair::dtls {
namespace {

// A ClientHello is a third of a kilobyte, and some peers split it; it comes again anyway.
constexpr std::size_t kEarlyBytes = 8 * 1024;
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

// RFC 6347 section 4.1: type, version, epoch, sequence number, length.
constexpr std::size_t kHeader = 13;

std::size_t EpochOf(ByteView record) {
  return static_cast<std::size_t>(record[3] << 8 | record[4]);
}
std::size_t LengthOf(ByteView record) {
  return static_cast<std::size_t>(record[11] << 8 | record[12]);
}

// RFC 7983 section 7: DTLS is 20..63; of these 1.2 uses four. RFC 6347 section 4.1: the version
// is "{254, 255}" or, in a first ClientHello's record too, {254, 253}; the length is its last.
bool LooksLikeDtls(ByteView d) {
  return d.size() > kHeader && d[0] >= 20 && d[0] <= 23 && d[1] == 254 &&
         LengthOf(d) <= d.size() - kHeader;
}

// What a protected record has beside its content. RFC 5288 section 3: "explicit nonce" of 8 bytes
// and a tag of 16; RFC 7905 section 2: the tag alone.
std::size_t ProtectionOf(const SSL& session) {
  const SSL_CIPHER* const suite = SSL_get_current_cipher(&session);
  const bool is_gcm = suite == nullptr || SSL_CIPHER_get_cipher_nid(suite) != NID_chacha20_poly1305;
  return is_gcm ? 8 + 16 : 16;
}

// RFC 6347 section 4.1.2.7: invalid records "SHOULD be silently discarded". One that is too short
// to be protected ends OpenSSL's session (seen with 3.0.19), and anybody on the path can send it.
bool HasShortRecord(ByteView datagram, std::size_t protection) {
  while (datagram.size() >= kHeader) {
    const std::size_t length = LengthOf(datagram);
    if (EpochOf(datagram) != 0 && length < protection) return true;
    if (length > datagram.size() - kHeader) return false;
    datagram = datagram.subspan(kHeader + length);
  }
  return false;
}

}  // namespace

struct Association::State final : LibraryUser {
  enum class Phase { kWaiting = 1, kHandshake, kConnected, kClosed };

  explicit State(const AssociationConfig& c) : config(c) {}

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
  bool IgnoreStranger();
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

  Flight flight;
  std::optional<Error> refusal;  // Of the last first words.
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
  DatagramQueue* copy = flight.copy_written();
  Keep(copy != nullptr ? *copy : outbox, datagram, kMaxDatagramBytes);
}

bool Association::State::IsAnnounced(const X509& certificate) {
  const auto shown = FingerprintOf(certificate, announced.front().hash);
  const bool is_known =
      shown && std::find(announced.begin(), announced.end(), *shown) != announced.end();
  is_other_peer = !is_known;
  return is_known;
}

unsigned int Association::State::OnTimerQuestion(SSL* session, unsigned int last_us) {
  auto& state = static_cast<State&>(*static_cast<LibraryUser*>(SSL_get_app_data(session)));
  return state.flight.OnTimerQuestion(last_us);
}

void Association::State::Take(ByteView datagram) {
  if (phase == Phase::kConnected && HasShortRecord(datagram, ProtectionOf(*session))) {
    ++stats.datagrams_refused;
    return;
  }
  const bool was_quiet = phase == Phase::kConnected && outbox.is_empty() && received.is_empty();
  input = datagram;
  Advance();
  input = {};
  const bool is_quiet = phase == Phase::kConnected && outbox.is_empty() && received.is_empty();
  if (was_quiet && is_quiet) ++stats.datagrams_refused;
}

void Association::State::Advance() {
  flight.BeginWork();
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
    const auto profile = AgreedProfile(*session);
    if (!profile) {
      return End({ErrorCode::kDtlsNoSrtpProfile, "DTLS: no SRTP profile in common", 0});
    }
    auto keys = ExportKeys(*session, *profile, config.role);
    if (!keys) return End(keys.error());
    event.srtp = *keys;
  }
  phase = Phase::kConnected;
  timers.StopAll();
  connected = event;
}

void Association::State::CheckFault(int answer) {
  const int kind = SSL_get_error(session.get(), answer);
  if (kind == SSL_ERROR_WANT_READ || kind == SSL_ERROR_WANT_WRITE) return;
  if (kind == SSL_ERROR_ZERO_RETURN) {
    return End({ErrorCode::kPeerClosed, "DTLS: close_notify", 0});
  }
  if (IgnoreStranger()) return;
  const auto [reason, native] = tls::TakeLibraryError();
  if (is_other_peer) {
    return End({ErrorCode::kDtlsFingerprint, "DTLS: another certificate than announced", native});
  }
  const ErrorCode code =
      phase == Phase::kConnected ? ErrorCode::kConnectionLost : ErrorCode::kTlsHandshake;
  End({code, "DTLS: " + reason, native});
}

// Whoever can write to our port can send a broken ClientHello; the peer's own shall still find
// us. If it was the peer, our deadline tells why. True: there is a new session.
bool Association::State::IgnoreStranger() {
  if (config.role != Role::kPassive || phase != Phase::kHandshake || flight.has_begun_once()) {
    return false;
  }
  const auto [reason, native] = tls::TakeLibraryError();
  refusal = Error{ErrorCode::kTlsHandshake, "DTLS: " + reason, native};
  outbox.Clear();  // An alert, which our peer would take for its own.
  ++stats.datagrams_refused;
  return Open();
}

// After the library worked on the handshake: the peer's whole answer brings our next flight or
// the end, so a timer is only ever moved or stopped for good.
void Association::State::FollowFlight() {
  if (phase != Phase::kHandshake || !flight.TakeBegun(config.rtt)) return;
  timers.Set(Timer::kResend, now + flight.wait());
}

void Association::State::ResendFlight() {
  DatagramQueue& copy = flight.TakeNext();
  while (const auto datagram = copy.Take()) Keep(outbox, *datagram);
  ++stats.flights_resent;
  if (flight.has_next()) timers.Set(Timer::kResend, now + flight.wait());
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
    if (!IsKnown(srtp_profiles[i]) ||
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
    const Error timeout{ErrorCode::kTimeout, "the DTLS handshake took too long", 0};
    const bool was_answered = state_->flight.has_begun_once();
    return state_->End(was_answered ? timeout : state_->refusal.value_or(timeout));
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
