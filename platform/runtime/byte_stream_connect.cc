// SPDX-License-Identifier: Apache-2.0
//
// From Open() or Attach() to OnConnected().
#include <cerrno>
#include <utility>

#include "core/base/check.h"
#include "platform/runtime/asio_address.h"
#include "platform/runtime/bind_from.h"
#include "platform/runtime/byte_stream_core.h"
#include "platform/runtime/clock.h"
#include "platform/runtime/socket_facts.h"
#include "platform/runtime/uninherited_socket.h"

namespace onair::runtime {

using boost::asio::ip::tcp;

void ByteStream::Core::Open(const Endpoint& endpoint, ByteStreamListener& listener) {
  ONAIR_DCHECK(state_ == State::kNew);
  listener_ = &listener;
  endpoint_ = endpoint;
  state_ = State::kResolving;
  if (const auto literal = ParseAddress(endpoint.host)) {
    loop_->Post([weak = weak_from_this(), address = *literal] {
      if (const auto self = weak.lock()) self->HandleResolved(std::vector{address});
    });
    return;
  }
  SetTimer(stage_timer_, Now() + config_.resolve_timeout, &Core::HandleResolveTimeout);
  Resolve(endpoint.host);
}

void ByteStream::Core::Resolve(const std::string& host) {
  const auto resolver = config_.resolver ? config_.resolver : loop_->resolver();
  // The answer may come on any thread and after the loop's end. Both are held weakly and this
  // stream is looked up on its own thread only: the last owner must not be a resolver's thread.
  resolver->Resolve(host, [loop = std::weak_ptr(loop_),
                           weak = weak_from_this()](Result<std::vector<IpAddress>> answer) {
    const auto alive = loop.lock();
    if (!alive) return;
    alive->Post([weak, answer = std::move(answer)] {
      if (const auto self = weak.lock()) self->HandleResolved(answer);
    });
  });
}

void ByteStream::Core::HandleResolveTimeout(Timestamp) {
  Close(Error{ErrorCode::kResolveFailed, endpoint_.host + ": the name service did not answer",
              ETIMEDOUT});
}

void ByteStream::Core::HandleResolved(Result<std::vector<IpAddress>> answer) {
  if (state_ != State::kResolving) return;
  if (!answer) return Close(answer.error());
  if (endpoint_.from) {
    answer = OfFamily(*std::move(answer), endpoint_.from->family);
    if (answer->empty()) {
      const std::string why = endpoint_.host + " has no address of the family of ";
      return Close(Error{ErrorCode::kLocalAddress, why + ToString(*endpoint_.from)});
    }
  }
  const Timestamp now = Now();
  loop_->Cancel(std::exchange(stage_timer_, TimerId::kNone));
  state_ = State::kConnecting;
  race_.emplace(*answer, config_.attempt_delay, config_.connect_timeout, now);
  listener_->OnResolved(now);
  if (state_ == State::kConnecting) Race(now);
  // While the network works on the connection: the first time of a process it takes long.
  if (state_ == State::kConnecting && endpoint_.security == Security::kTls) LoadTrust();
}

void ByteStream::Core::LoadTrust() {
  auto trust = TrustOfProcess(config_.ca_file, config_.verify);
  if (!trust) return Close(trust.error());
  trust_ = *std::move(trust);
}

void ByteStream::Core::Race(Timestamp now) {
  while (const auto attempt = race_->NextAttempt(now)) StartAttempt(*attempt);
  if (auto lost = race_->Lost(now)) {
    const std::string to = endpoint_.host + ":" + std::to_string(endpoint_.port);
    lost->detail = lost->detail.empty() ? to : to + ": " + lost->detail;
    return Close(*std::move(lost));
  }
  SetTimer(stage_timer_, race_->wake_at(), &Core::Race);
}

void ByteStream::Core::StartAttempt(const ConnectRace::Attempt& attempt) {
  ONAIR_DCHECK(attempt.index == attempts_.size());
  ++stats_.connect_attempts;
  attempts_.push_back(std::make_unique<Socket>(loop_->io()));
  if (endpoint_.from) {
    const auto bound = BindFrom(*attempts_.back(), *endpoint_.from, attempt.address);
    if (!bound) {
      // As every other result: after the race that started it.
      loop_->Post([weak = weak_from_this(), index = attempt.index, error = bound.error()] {
        if (const auto self = weak.lock()) self->HandleFailedAttempt(index, error);
      });
      return;
    }
  }
  const tcp::endpoint to(ToAsio(attempt.address), endpoint_.port);
  boost::system::error_code unopened;
  if (!endpoint_.from) runtime::Open(*attempts_.back(), to.protocol(), unopened);
  if (unopened) {
    loop_->Post([weak = weak_from_this(), index = attempt.index, unopened] {
      if (const auto self = weak.lock()) self->HandleAttempt(index, unopened);
    });
    return;
  }
  attempts_.back()->async_connect(
      to, [weak = weak_from_this(), index = attempt.index](const boost::system::error_code& error) {
        if (const auto self = weak.lock()) self->HandleAttempt(index, error);
      });
}

void ByteStream::Core::HandleAttempt(std::size_t index, const boost::system::error_code& error) {
  if (state_ != State::kConnecting) return;
  if (error) {
    // The code says it all, except where it only says that the system refused something.
    const ErrorCode code = ConnectErrorCode(error.value());
    const std::string detail = code == ErrorCode::kSocket ? error.message() : "";
    return HandleFailedAttempt(index, Error{code, detail, error.value()});
  }
  socket_ = std::move(*attempts_[index]);
  attempts_.clear();  // Closes the losers.
  race_.reset();
  HandleTcpConnected(Now());
}

void ByteStream::Core::HandleFailedAttempt(std::size_t index, const Error& error) {
  if (state_ != State::kConnecting) return;
  attempts_[index].reset();
  const Timestamp now = Now();
  race_->HandleFailed(index, error, now);
  Race(now);
}

void ByteStream::Core::HandleTcpConnected(Timestamp now) {
  if (state_ != State::kConnecting) return;  // Aborted between Attach() and here.
  loop_->Cancel(std::exchange(stage_timer_, TimerId::kNone));
  state_ = State::kSecuring;
  Tune();
  listener_->OnTcpConnected(now);
  if (state_ != State::kSecuring) return;
  if (endpoint_.security == Security::kTls) return Secure(NewTlsClient(now));
  if (server_tls_) return Secure(tls::Stream::Server(*server_tls_, now));
  BecomeOpen(now);
  if (state_ != State::kClosed) WaitReadable();
}

Result<tls::Stream> ByteStream::Core::NewTlsClient(Timestamp now) {
  ONAIR_CHECK(trust_ != nullptr);
  return tls::Stream::Client(tls::ClientConfig{.host = endpoint_.host,
                                               .trust = trust_->trust(),
                                               .resume = trust_->TakeTicket(endpoint_),
                                               .handshake_timeout = config_.handshake_timeout},
                             now);
}

void ByteStream::Core::Secure(Result<tls::Stream> tls) {
  if (!tls) return Close(tls.error());
  tls_.emplace(*std::move(tls));
  DrainTls();
  if (state_ != State::kClosed) WaitReadable();
}

void ByteStream::Core::BecomeOpen(Timestamp now) {
  state_ = State::kOpen;
  listener_->OnConnected(now);
}

void ByteStream::Core::Tune() {
  // The socket works without any of these, so a refusal is no error.
  boost::system::error_code ignored;
  socket_.non_blocking(true, ignored);
  // Frames are written whole; Nagle would hold each one's last segment back for a round trip.
  socket_.set_option(tcp::no_delay(true), ignored);
  runtime::LimitKernelUnsent(native(), kernel_unsent_limit_);
  if (receive_window_ > DataSize::Zero()) runtime::LimitReceiveWindow(native(), receive_window_);
  if (config_.keep_alive == KeepAlive::kOn) EnableKeepAlive(native());
}

void ByteStream::Core::Adopt(Socket socket, std::optional<tls::ServerConfig> tls,
                             std::shared_ptr<void> place) {
  socket_ = std::move(socket);
  server_tls_ = std::move(tls);
  place_ = std::move(place);
}

void ByteStream::Core::Attach(ByteStreamListener& listener) {
  ONAIR_DCHECK(state_ == State::kNew && socket_.is_open());
  listener_ = &listener;
  state_ = State::kConnecting;
  PostSelf(&Core::HandleTcpConnected);
}

}  // namespace onair::runtime
