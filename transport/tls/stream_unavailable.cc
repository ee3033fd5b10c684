// SPDX-License-Identifier: Apache-2.0
//
// Stands in for stream.cc in builds without ONAIR_WITH_OPENSSL: nothing can be made, so
// nothing else is ever called.
#include "transport/tls/stream.h"

namespace onair::tls {
namespace {

tl::unexpected<Error> Unsupported() {
  return Fail(ErrorCode::kUnsupported, "TLS (built with ONAIR_WITH_OPENSSL=OFF)");
}

}  // namespace

struct Trust::Context {};
struct SessionTicket::Session {};
struct ServerIdentity::Context {};
struct Stream::State {};

Result<Trust> Trust::Load(const std::string&, VerifyPeer) {
  return Unsupported();
}
bool SessionTicket::is_single_use() const {
  return true;
}
Result<ServerIdentity> ServerIdentity::Load(const std::string&, const std::string&) {
  return Unsupported();
}

Result<Stream> Stream::Client(const ClientConfig&, Timestamp) {
  return Unsupported();
}
Result<Stream> Stream::Server(const ServerConfig&, Timestamp) {
  return Unsupported();
}

Stream::Stream(std::unique_ptr<State> state) : state_(std::move(state)) {}
Stream::Stream(Stream&&) noexcept = default;
Stream& Stream::operator=(Stream&&) noexcept = default;
Stream::~Stream() = default;

void Stream::HandleBytes(ByteView, Timestamp) {}
void Stream::HandleUnsent(DataSize, Timestamp) {}
void Stream::HandleTimeout(Timestamp) {}
void Stream::HandleEnd(Timestamp) {}
void Stream::Write(ByteView, Timestamp) {}
void Stream::Close(Timestamp) {}
Output<Stream::Event> Stream::Poll() {
  return Idle{};
}

}  // namespace onair::tls
