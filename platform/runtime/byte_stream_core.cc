// SPDX-License-Identifier: Apache-2.0
//
// How a stream reports its backlog and how it ends.
#include "platform/runtime/byte_stream_core.h"

#include <utility>

#include "core/base/check.h"
#include "platform/runtime/clock.h"
#include "platform/runtime/socket_facts.h"

namespace onair::runtime {

ByteStream::Core::Core(std::shared_ptr<Loop::Core> loop, const ByteStreamConfig& config)
    : loop_(std::move(loop)),
      config_(config),
      kernel_unsent_limit_(config.kernel_unsent_limit),
      receive_window_(config.receive_window),
      socket_(loop_->io()) {
  ONAIR_DCHECK(config.Validate().has_value());
}

void ByteStream::Core::CloseAfterFlush(TimeDelta flush_within) {
  if (state_ == State::kNew || state_ == State::kFlushing || state_ == State::kClosed) return;
  if (state_ != State::kOpen) {
    return Close(Error{ErrorCode::kPeerClosed, "closed before it was connected"});
  }
  const Timestamp now = Now();
  state_ = State::kFlushing;
  SetTimer(stage_timer_, now + flush_within, &Core::HandleFlushDeadline);
  loop_->Cancel(std::exchange(unsent_timer_, TimerId::kNone));
  if (tls_) {
    tls_->Close(now);
    DrainTls();
  } else {
    Flush();
  }
}

void ByteStream::Core::FinishFlush() {
  if (sent_end_) return;
  sent_end_ = true;
  boost::system::error_code ignored;  // Already gone: the read tells.
  socket_.shutdown(Socket::shutdown_send, ignored);
  if (peer_ended_) Close(Error{ErrorCode::kPeerClosed, "both sides said goodbye"});
}

void ByteStream::Core::HandleFlushDeadline(Timestamp) {
  const bool arrived =
      sent_end_ && KernelUnacked(native()).value_or(DataSize::Zero()) == DataSize::Zero();
  Close(arrived ? Error{ErrorCode::kPeerClosed, "everything was written; the peer lingers"}
                : Error{ErrorCode::kTimeout, "not everything was written in time"});
}

void ByteStream::Core::LimitKernelUnsent(DataSize limit) {
  kernel_unsent_limit_ = limit;
  if (socket_.is_open()) runtime::LimitKernelUnsent(native(), limit);
}

void ByteStream::Core::LimitReceiveWindow(DataSize limit) {
  receive_window_ = limit;
  if (socket_.is_open()) runtime::LimitReceiveWindow(native(), limit);
}

DataSize ByteStream::Core::unsent() const {
  if (!socket_.is_open()) return DataSize::Zero();
  return queued() + KernelUnsent(native()).value_or(DataSize::Zero());
}

// One report per turn of the loop, however many pieces were written in it.
void ByteStream::Core::ScheduleReport() {
  if (report_scheduled_ || state_ != State::kOpen) return;
  report_scheduled_ = true;
  PostSelf(&Core::Report);
}

void ByteStream::Core::Report(Timestamp now) {
  report_scheduled_ = false;
  if (state_ != State::kOpen) return;
  const DataSize size = unsent();
  if (size > DataSize::Zero()) {
    SetTimer(unsent_timer_, now + config_.unsent_interval, &Core::Report);
    const bool is_prompt = config_.unsent_reports == UnsentReports::kPrompt;
    // What is written until then waits here.
    if (is_prompt && !awaits_writable_ && WritableTellsDrained(native(), kernel_unsent_limit_)) {
      WaitWritable();
    }
  } else {
    loop_->Cancel(std::exchange(unsent_timer_, TimerId::kNone));
  }
  listener_->OnUnsent(size, now);
}

void ByteStream::Core::Close(Error error) {
  if (state_ == State::kClosed) return;
  CloseSockets();
  loop_->Post([weak = weak_from_this(), error = std::move(error)] {
    const auto self = weak.lock();
    if (!self || self->listener_ == nullptr) return;
    std::exchange(self->listener_, nullptr)->OnClosed(error, Now());
  });
}

void ByteStream::Core::Abort() {
  listener_ = nullptr;
  if (state_ != State::kClosed) CloseSockets();
}

void ByteStream::Core::CloseSockets() {
  state_ = State::kClosed;
  for (TimerId* timer : {&stage_timer_, &tls_timer_, &unsent_timer_}) {
    loop_->Cancel(std::exchange(*timer, TimerId::kNone));
  }
  boost::system::error_code ignored;
  socket_.close(ignored);
  attempts_.clear();
  place_.reset();
  outbox_.Clear();
}

std::optional<SocketFacts> ByteStream::Core::facts() const {
  if (!socket_.is_open()) return std::nullopt;
  return ReadFacts(native());
}

std::string ByteStream::Core::peer() const {
  boost::system::error_code error;
  const auto remote = socket_.remote_endpoint(error);
  if (error) return {};
  const std::string address = remote.address().to_string(error);
  return (remote.address().is_v6() ? "[" + address + "]" : address) + ":" +
         std::to_string(remote.port());
}

void ByteStream::Core::SetTimer(TimerId& timer, Timestamp at, void (Core::*due)(Timestamp)) {
  loop_->Cancel(std::exchange(timer, TimerId::kNone));
  if (!at.is_finite()) return;
  timer = loop_->PostAt(at, [weak = weak_from_this(), &timer, due] {
    const auto self = weak.lock();
    if (!self) return;
    timer = TimerId::kNone;
    (self.get()->*due)(Now());
  });
}

void ByteStream::Core::PostSelf(void (Core::*task)(Timestamp)) {
  loop_->Post([weak = weak_from_this(), task] {
    if (const auto self = weak.lock()) (self.get()->*task)(Now());
  });
}

}  // namespace onair::runtime
