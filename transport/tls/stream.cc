// SPDX-License-Identifier: Apache-2.0
#include "transport/tls/stream.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>
#include <utility>

#include "core/base/check.h"
#include "core/machine/timer_table.h"
#include "transport/tls/context.h"

namespace onair::tls {
namespace {

// While a connection is young its congestion window is small, and a record can only be read
// when it is whole: records of one packet reach the application sooner.
// Source: transport facts, RTMPS: "small TLS records (<= 1 TCP MSS) at start cut latency";
// 1460 bytes of MSS less TCP timestamps and the record's own overhead.
constexpr std::size_t kEarlyRecord = 1370;
constexpr std::size_t kEarlyBytes = 64 * 1024;
// RFC 8446 section 5.1: "The length MUST NOT exceed 2^14 bytes."
constexpr std::size_t kFullRecord = 16384;

struct FreeSession {
  void operator()(SSL* session) const { SSL_free(session); }
};
using SessionPtr = std::unique_ptr<SSL, FreeSession>;

enum class Timer { kHandshake };
constexpr std::array<std::string_view, 1> kTimerNames = {"tls.handshake"};

bool IsAddress(const std::string& host) {
  ASN1_OCTET_STRING* address = a2i_IPADDRESS(host.c_str());
  ASN1_OCTET_STRING_free(address);
  ERR_clear_error();
  return address != nullptr;
}

// As certificates spell it: without the zone of a link-local address ("fe80::1%eth0"), and
// without the last dot of a full name. RFC 6066 section 3: "without a trailing dot".
std::string NameOf(const std::string& host) {
  if (host.find(':') != std::string::npos) return host.substr(0, host.find('%'));
  return host.ends_with('.') ? host.substr(0, host.size() - 1) : host;
}

// SNI and the names the certificate must carry.
Status ExpectHost(SSL* session, const std::string& host) {
  const std::string name = NameOf(host);
  if (IsAddress(name)) {
    // RFC 6066 section 3: "Literal IPv4 and IPv6 addresses are not permitted in "HostName"."
    if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), name.c_str()) == 1) return {};
  } else if (!name.empty() && SSL_set_tlsext_host_name(session, name.c_str()) == 1) {
    // RFC 9525 section 2: the alternative names alone count, never the common name.
    SSL_set_hostflags(session,
                      X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    if (SSL_set1_host(session, name.c_str()) == 1) return {};
  }
  ERR_clear_error();
  return Fail(ErrorCode::kInvalidConfig, "host '" + host + "' cannot be verified");
}

ErrorCode CodeOfVerify(long verdict) {
  switch (verdict) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return ErrorCode::kTlsNameMismatch;
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return ErrorCode::kTlsExpired;
    default:
      return ErrorCode::kTlsUntrusted;
  }
}

}  // namespace

struct Stream::State {
  enum class Phase { kHandshake, kSecured, kClosed };

  State(SessionPtr owned, Timestamp deadline) : session(std::move(owned)) {
    inbox = BIO_new(BIO_s_mem());
    outbox = BIO_new(BIO_s_mem());
    ONAIR_CHECK(inbox != nullptr && outbox != nullptr);
    BIO_set_mem_eof_return(inbox, -1);          // Empty means "not yet", never "end".
    SSL_set_bio(session.get(), inbox, outbox);  // The session owns both from here on.
    timers.Set(Timer::kHandshake, deadline);
  }

  void Advance();
  void Handshake();
  void OfferTicket();
  void ReadPlaintext();
  void Fail(Error error);
  void FailByLibrary();
  Bytes TakeOutbox();

  TicketPtr ticket;  // Put here by the library while the session below reads.
  SessionPtr session;
  BIO* inbox = nullptr;
  BIO* outbox = nullptr;
  Phase phase = Phase::kHandshake;
  std::size_t written = 0;
  std::deque<Event> events;  // Secured, one input's ticket and plaintext, Closed.
  TimerTable<Timer, 1> timers{kTimerNames};
};

void Stream::State::Advance() {
  if (phase == Phase::kHandshake) Handshake();
  if (phase == Phase::kSecured) ReadPlaintext();
}

void Stream::State::OfferTicket() {
  if (!ticket) return;
  events.emplace_back(Ticket{SessionTicket(
      std::make_shared<const SessionTicket::Session>(SessionTicket::Session{std::move(ticket)}))});
}

void Stream::State::Handshake() {
  ERR_clear_error();
  const int done = SSL_do_handshake(session.get());
  if (done == 1) {
    phase = Phase::kSecured;
    timers.StopAll();
    events.emplace_back(Secured{SSL_session_reused(session.get()) == 1});
    return OfferTicket();
  }
  const int reason = SSL_get_error(session.get(), done);
  if (reason != SSL_ERROR_WANT_READ && reason != SSL_ERROR_WANT_WRITE) FailByLibrary();
}

// Ends when the inbox is used up: a record never holds more plaintext than ciphertext.
void Stream::State::ReadPlaintext() {
  Bytes plaintext;
  std::array<std::uint8_t, kFullRecord> record;
  int got = 0;
  ERR_clear_error();
  while ((got = SSL_read(session.get(), record.data(), static_cast<int>(record.size()))) > 0) {
    plaintext.insert(plaintext.end(), record.begin(), record.begin() + got);
  }
  const int reason = SSL_get_error(session.get(), got);
  OfferTicket();
  if (!plaintext.empty()) events.emplace_back(Plaintext{std::move(plaintext)});
  if (reason == SSL_ERROR_WANT_READ || reason == SSL_ERROR_WANT_WRITE) return;
  if (reason == SSL_ERROR_ZERO_RETURN) {
    SSL_shutdown(session.get());  // RFC 5246 section 7.2.1 wants the same goodbye back.
    return Fail({ErrorCode::kPeerClosed, "the peer ended the TLS connection", 0});
  }
  FailByLibrary();
}

void Stream::State::FailByLibrary() {
  const bool was_secured = phase == Phase::kSecured;
  const long verdict = SSL_get_verify_result(session.get());
  const auto [reason, native] = TakeLibraryError();
  if (!was_secured && verdict != X509_V_OK) {
    return Fail(
        {CodeOfVerify(verdict), X509_verify_cert_error_string(verdict), static_cast<int>(verdict)});
  }
  Fail({was_secured ? ErrorCode::kConnectionLost : ErrorCode::kTlsHandshake, "TLS: " + reason,
        native});
}

void Stream::State::Fail(Error error) {
  phase = Phase::kClosed;
  timers.StopAll();
  events.emplace_back(Closed{std::move(error)});
}

Bytes Stream::State::TakeOutbox() {
  Bytes out(BIO_ctrl_pending(outbox));
  if (!out.empty()) BIO_read(outbox, out.data(), static_cast<int>(out.size()));
  return out;
}

Result<Stream> Stream::Client(const ClientConfig& config, Timestamp now) {
  if (auto status = config.Validate(); !status) return Forward(status);
  ERR_clear_error();
  SessionPtr session(SSL_new(config.trust.context_->context.get()));
  if (!session) return onair::Fail(ErrorCode::kInternal, "the TLS library gives no session");
  if (auto status = ExpectHost(session.get(), config.host); !status) return Forward(status);
  // A ticket that does not fit is no fault: the handshake is a whole one then.
  if (config.resume) SSL_set_session(session.get(), config.resume->session_->session.get());
  SSL_set_connect_state(session.get());
  auto state = std::make_unique<State>(std::move(session), now + config.handshake_timeout);
  PutTicketsInto(state->session.get(), state->ticket);
  state->Advance();  // Writes the ClientHello.
  return Stream(std::move(state));
}

Result<Stream> Stream::Server(const ServerConfig& config, Timestamp now) {
  if (auto status = config.Validate(); !status) return Forward(status);
  ERR_clear_error();
  SessionPtr session(SSL_new(config.identity.context_->context.get()));
  if (!session) return onair::Fail(ErrorCode::kInternal, "the TLS library gives no session");
  SSL_set_accept_state(session.get());
  return Stream(std::make_unique<State>(std::move(session), now + config.handshake_timeout));
}

Stream::Stream(std::unique_ptr<State> state) : state_(std::move(state)) {}
Stream::Stream(Stream&&) noexcept = default;
Stream& Stream::operator=(Stream&&) noexcept = default;
Stream::~Stream() = default;

void Stream::HandleBytes(ByteView in, Timestamp now) {
  HandleTimeout(now);
  // BIO_write takes an int; a driver's reads are far below this.
  constexpr std::size_t kMaxPart = std::size_t{1} << 30;
  while (!in.empty() && state_->phase != State::Phase::kClosed) {
    const ByteView part = in.first(std::min(in.size(), kMaxPart));
    in = in.subspan(part.size());
    BIO_write(state_->inbox, part.data(), static_cast<int>(part.size()));
    state_->Advance();
  }
}

void Stream::HandleUnsent(DataSize, Timestamp) {}

void Stream::HandleTimeout(Timestamp now) {
  if (!state_->timers.TakeDue(Timer::kHandshake, now)) return;
  state_->Fail({ErrorCode::kTimeout, "the TLS handshake took too long", 0});
}

void Stream::HandleEnd(Timestamp) {
  switch (state_->phase) {
    case State::Phase::kHandshake:
      return state_->Fail({ErrorCode::kTlsHandshake, "the peer hung up in the handshake", 0});
    case State::Phase::kSecured:
      // RFC 8446 section 6.1: without close_notify the data may have been truncated.
      return state_->Fail({ErrorCode::kConnectionLost, "TLS: ended without close_notify", 0});
    case State::Phase::kClosed:
      return;
  }
}

void Stream::Write(ByteView plaintext, Timestamp) {
  ONAIR_DCHECK(state_->phase != State::Phase::kHandshake);
  if (state_->phase != State::Phase::kSecured) return;
  while (!plaintext.empty()) {
    const std::size_t record = state_->written < kEarlyBytes ? kEarlyRecord : kFullRecord;
    const ByteView part = plaintext.first(std::min(plaintext.size(), record));
    ERR_clear_error();
    const int taken = SSL_write(state_->session.get(), part.data(), static_cast<int>(part.size()));
    // A memory BIO never refuses, so this is the library's own failure.
    if (taken != static_cast<int>(part.size())) return state_->FailByLibrary();
    state_->written += part.size();
    plaintext = plaintext.subspan(part.size());
  }
}

void Stream::Close(Timestamp) {
  if (state_->phase == State::Phase::kSecured) SSL_shutdown(state_->session.get());
  ERR_clear_error();
  state_->phase = State::Phase::kClosed;
  state_->timers.StopAll();
  state_->events.clear();
}

Output<Stream::Event> Stream::Poll() {
  if (Bytes out = state_->TakeOutbox(); !out.empty()) return Transmit{std::move(out)};
  if (!state_->events.empty()) {
    Event event = std::move(state_->events.front());
    state_->events.pop_front();
    return event;
  }
  return state_->timers.Next();
}

}  // namespace onair::tls
