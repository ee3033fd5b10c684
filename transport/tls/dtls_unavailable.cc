// SPDX-License-Identifier: Apache-2.0
//
// Stands in for the DTLS sources in builds without ONAIR_WITH_OPENSSL: no identity can be made,
// so nothing else is ever called.
#include "transport/tls/dtls_association.h"

namespace onair::dtls {
namespace {

tl::unexpected<Error> Unsupported() {
  return Fail(ErrorCode::kUnsupported, "DTLS (built with ONAIR_WITH_OPENSSL=OFF)");
}

}  // namespace

struct Identity::Context {};
struct Association::State {};

Result<Identity> Identity::Generate() {
  return Unsupported();
}

Status AssociationConfig::Validate() const {
  return Unsupported();
}

Result<Association> Association::Create(const AssociationConfig&) {
  return Unsupported();
}

Association::Association(std::unique_ptr<State> state) : state_(std::move(state)) {}
Association::Association(Association&&) noexcept = default;
Association& Association::operator=(Association&&) noexcept = default;
Association::~Association() = default;

void Association::HandleDatagram(ByteView, Timestamp) {}
void Association::HandleTimeout(Timestamp) {}
void Association::HandleRtt(TimeDelta, Timestamp) {}
Status Association::Start(std::span<const Fingerprint>, Timestamp) {
  return Unsupported();
}
void Association::Write(ByteView, Timestamp) {}
void Association::Close(Timestamp) {}
Association::Output Association::Poll() {
  return Idle{};
}
AssociationStats Association::stats() const {
  return {};
}

}  // namespace onair::dtls
