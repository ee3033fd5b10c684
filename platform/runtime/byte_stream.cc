// SPDX-License-Identifier: Apache-2.0
#include "platform/runtime/byte_stream.h"

#include <utility>

#include "platform/runtime/byte_stream_core.h"

namespace onair::runtime {
namespace {

Status Refuse(const char* field) {
  return Fail(ErrorCode::kInvalidConfig, std::string("ByteStreamConfig.") + field);
}

bool Within(TimeDelta value, TimeDelta above, TimeDelta most) {
  return value > above && value <= most;
}

}  // namespace

Status ByteStreamConfig::Validate() const {
  constexpr TimeDelta kZero = TimeDelta::Zero();
  if (!Within(resolve_timeout, kZero, TimeDelta::Seconds(60))) return Refuse("resolve_timeout");
  if (!Within(connect_timeout, kZero, TimeDelta::Seconds(120))) return Refuse("connect_timeout");
  if (attempt_delay < TimeDelta::Millis(10) || attempt_delay > TimeDelta::Seconds(2)) {
    return Refuse("attempt_delay");
  }
  if (queue_limit < DataSize::Kibibytes(64) || queue_limit > DataSize::Mebibytes(1024)) {
    return Refuse("queue_limit");
  }
  if (kernel_unsent_limit < DataSize::Zero() || kernel_unsent_limit > DataSize::Mebibytes(16)) {
    return Refuse("kernel_unsent_limit");
  }
  if (receive_window < DataSize::Zero() || receive_window > DataSize::Mebibytes(4)) {
    return Refuse("receive_window");
  }
  if (unsent_interval < TimeDelta::Millis(10) || unsent_interval > TimeDelta::Seconds(10)) {
    return Refuse("unsent_interval");
  }
  if (!Within(handshake_timeout, kZero, TimeDelta::Seconds(60))) {
    return Refuse("handshake_timeout");
  }
  return {};
}

ByteStream::ByteStream(Loop& loop, const ByteStreamConfig& config)
    : core_(std::make_shared<Core>(loop.core(), config)) {}

ByteStream::ByteStream(std::shared_ptr<Core> core) : core_(std::move(core)) {}

ByteStream::~ByteStream() {
  core_->Abort();
}

void ByteStream::Open(const Endpoint& endpoint, ByteStreamListener& listener) {
  core_->Open(endpoint, listener);
}
void ByteStream::Attach(ByteStreamListener& listener) {
  core_->Attach(listener);
}
void ByteStream::Write(Bytes bytes) {
  core_->Write(std::move(bytes));
}
void ByteStream::Write(ByteView bytes) {
  core_->Write(bytes);
}
void ByteStream::Write(Buffer buffer) {
  core_->Write(std::move(buffer));
}
void ByteStream::CloseAfterFlush(TimeDelta flush_within) {
  core_->CloseAfterFlush(flush_within);
}
void ByteStream::LimitKernelUnsent(DataSize limit) {
  core_->LimitKernelUnsent(limit);
}

void ByteStream::LimitReceiveWindow(DataSize limit) {
  core_->LimitReceiveWindow(limit);
}
void ByteStream::Abort() {
  core_->Abort();
}
bool ByteStream::is_open() const {
  return core_->is_open();
}
DataSize ByteStream::unsent() const {
  return core_->unsent();
}
DataSize ByteStream::queued() const {
  return core_->queued();
}
ByteStreamStats ByteStream::stats() const {
  return core_->stats();
}
std::optional<SocketFacts> ByteStream::facts() const {
  return core_->facts();
}
std::string ByteStream::peer() const {
  return core_->peer();
}

}  // namespace onair::runtime
