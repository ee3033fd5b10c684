// SPDX-License-Identifier: Apache-2.0
#include "platform/runtime/listener.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <cerrno>
#include <utility>

#include "platform/runtime/asio_address.h"
#include "platform/runtime/byte_stream_core.h"
#include "platform/runtime/clock.h"
#include "platform/runtime/loop_core.h"
#include "platform/runtime/uninherited_socket.h"

namespace onair::runtime {

using boost::asio::ip::tcp;

namespace {

// Without a descriptor, or memory, accept() fails again at once; waiting leaves the loop free to
// close some.
constexpr TimeDelta kPauseAfterFailure = TimeDelta::Millis(100);

// A descriptor held back, so that with none left a waiting client can still be accepted and
// closed: it learns at once instead of hanging in the backlog.
class SpareDescriptor {
 public:
  SpareDescriptor() { Take(); }
  ~SpareDescriptor() { GiveUp(); }
  SpareDescriptor(const SpareDescriptor&) = delete;
  SpareDescriptor& operator=(const SpareDescriptor&) = delete;

  bool GiveUp() {
    if (fd_ < 0) return false;
    close(std::exchange(fd_, -1));
    return true;
  }
  void Take() {
    if (fd_ < 0) fd_ = open("/dev/null", O_RDONLY | O_CLOEXEC);
  }

 private:
  int fd_ = -1;
};

// The fault of the one connection that was to be accepted; the next one may be well.
bool IsOfOneConnection(const boost::system::error_code& error) {
  return error.value() == ECONNABORTED || error.value() == EINTR;
}

Error ListenError(const boost::system::error_code& error, const std::string& where) {
  const ErrorCode code =
      error.value() == EADDRINUSE ? ErrorCode::kAddressInUse : ErrorCode::kSocket;
  return Error{code, where + ": " + error.message(), error.value()};
}

}  // namespace

Status TcpListenerConfig::Validate() const {
  if (Status valid = streams.Validate(); !valid) return valid;
  if (max_connections < 1 || max_connections > 100'000) {
    return Fail(ErrorCode::kInvalidConfig, "TcpListenerConfig.max_connections");
  }
  if (backlog < 1 || backlog > 4096) {
    return Fail(ErrorCode::kInvalidConfig, "TcpListenerConfig.backlog");
  }
  return tls ? tls->Validate() : Status();
}

class TcpListener::Core : public std::enable_shared_from_this<TcpListener::Core> {
 public:
  Core(Loop& loop, TcpListenerConfig config, OnAccept on_accept)
      : loop_(loop.core()),
        config_(std::move(config)),
        on_accept_(std::move(on_accept)),
        acceptor_(loop_->io()) {}

  Result<std::uint16_t> Listen(const std::string& address, std::uint16_t port);
  void Close();
  TcpListenerStats stats() const;

 private:
  void AwaitClient();
  void HandleClient(boost::system::error_code error);
  void Admit(tcp::socket socket);
  void TurnOneAway();
  void Pause();

  const std::shared_ptr<Loop::Core> loop_;
  const TcpListenerConfig config_;
  OnAccept on_accept_;  // Null: closed.
  tcp::acceptor acceptor_;
  tcp protocol_ = tcp::v4();
  SpareDescriptor spare_;
  TimerId pause_ = TimerId::kNone;
  TcpListenerStats stats_;
  // Streams count themselves out where they end, which may be another thread after the loop.
  const std::shared_ptr<std::atomic<std::int64_t>> open_ =
      std::make_shared<std::atomic<std::int64_t>>(0);
};

Result<std::uint16_t> TcpListener::Core::Listen(const std::string& address, std::uint16_t port) {
  if (Status valid = config_.Validate(); !valid) return Forward(valid);
  const auto ip = ParseAddress(address);
  if (!ip) return Fail(ErrorCode::kInvalidConfig, "listen address " + address);
  const tcp::endpoint at(ToAsio(*ip), port);
  const std::string where = address + ":" + std::to_string(port);
  boost::system::error_code error;
  Open(acceptor_, at.protocol(), error);
  // A restarted server need not wait for old connections' TIME_WAIT.
  if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor_.bind(at, error);
  if (!error) acceptor_.listen(config_.backlog, error);
  if (!error) acceptor_.non_blocking(true, error);
  const tcp::endpoint bound = error ? tcp::endpoint() : acceptor_.local_endpoint(error);
  if (error) {
    Close();
    return Fail(ListenError(error, where));
  }
  protocol_ = at.protocol();
  AwaitClient();
  return bound.port();
}

void TcpListener::Core::AwaitClient() {
  acceptor_.async_wait(tcp::acceptor::wait_read,
                       [weak = weak_from_this()](const boost::system::error_code& error) {
                         if (const auto self = weak.lock()) self->HandleClient(error);
                       });
}

void TcpListener::Core::HandleClient(boost::system::error_code error) {
  if (!acceptor_.is_open()) return;
  tcp::socket socket(loop_->io());
  if (!error) Accept(acceptor_, socket, protocol_, error);
  if (!error) return Admit(std::move(socket));
  if (error == boost::asio::error::would_block) return AwaitClient();  // Gone again.
  ++stats_.accept_failed;
  if (IsOfOneConnection(error)) return AwaitClient();
  if (error.value() == EMFILE || error.value() == ENFILE) TurnOneAway();
  Pause();
}

void TcpListener::Core::Admit(tcp::socket socket) {
  if (open_->load() >= static_cast<std::int64_t>(config_.max_connections)) {
    ++stats_.refused;
    boost::system::error_code ignored;
    socket.close(ignored);
    return AwaitClient();
  }
  ++stats_.accepted;
  open_->fetch_add(1);
  const std::shared_ptr<void> place(nullptr, [open = open_](void*) { open->fetch_sub(1); });
  auto stream = std::make_shared<ByteStream::Core>(loop_, config_.streams);
  stream->Adopt(std::move(socket), config_.tls, place);
  AwaitClient();
  // A copy: the callback may destroy the listener, and this function with it.
  const auto on_accept = on_accept_;
  on_accept(std::make_unique<ByteStream>(std::move(stream)));
}

void TcpListener::Core::TurnOneAway() {
  if (!spare_.GiveUp()) return;
  boost::system::error_code ignored;
  tcp::socket refused(loop_->io());
  Accept(acceptor_, refused, protocol_, ignored);
  refused.close(ignored);
  spare_.Take();
}

void TcpListener::Core::Pause() {
  pause_ = loop_->PostAt(Now() + kPauseAfterFailure, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (self && self->acceptor_.is_open()) self->AwaitClient();
  });
}

void TcpListener::Core::Close() {
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  loop_->Cancel(std::exchange(pause_, TimerId::kNone));
  on_accept_ = nullptr;
}

TcpListenerStats TcpListener::Core::stats() const {
  TcpListenerStats now = stats_;
  now.open = open_->load();
  return now;
}

TcpListener::TcpListener(Loop& loop, TcpListenerConfig config, OnAccept on_accept)
    : core_(std::make_shared<Core>(loop, std::move(config), std::move(on_accept))) {}
TcpListener::~TcpListener() {
  core_->Close();
}
Result<std::uint16_t> TcpListener::Listen(const std::string& address, std::uint16_t port) {
  return core_->Listen(address, port);
}
void TcpListener::Close() {
  core_->Close();
}
TcpListenerStats TcpListener::stats() const {
  return core_->stats();
}

}  // namespace onair::runtime
