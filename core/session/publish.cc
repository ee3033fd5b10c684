// SPDX-License-Identifier: Apache-2.0
#include "core/session/publish.h"

#include <utility>

#include "core/session/publish_core.h"

namespace onair::session {

Publish::Publish(const PublishSessionConfig& config, Path home, FindPath find_path, Rng rng,
                 TraceSink& trace)
    : core_(std::make_unique<Core>(config, std::move(home), std::move(find_path), rng, trace)) {}
Publish::~Publish() = default;

void Publish::HandleConnected(Timestamp now) {
  core_->HandleConnected(now);
}
void Publish::HandleClosed(const Error& error, Timestamp now) {
  core_->HandleClosed(error, now);
}
void Publish::HandleBytes(ByteView in, Timestamp now) {
  core_->HandleBytes(in, now);
}
void Publish::HandleUnsent(DataSize unsent, Timestamp now) {
  core_->HandleUnsent(unsent, now);
}
void Publish::HandleSocketFacts(const SocketFacts& facts, Timestamp now) {
  core_->HandleSocketFacts(facts, now);
}
void Publish::HandleStandbyConnected(Timestamp now) {
  core_->HandleStandbyConnected(now);
}
void Publish::HandleStandbyClosed(const Error& error, Timestamp now) {
  core_->HandleStandbyClosed(error, now);
}
void Publish::HandleStandbyBytes(ByteView in, Timestamp now) {
  core_->HandleStandbyBytes(in, now);
}
void Publish::HandleNetworkChanged(const std::optional<IpAddress>& from, Timestamp now) {
  core_->HandleNetworkChanged(from, now);
}
void Publish::SetController(std::unique_ptr<cc::Controller> controller) {
  core_->SetController(std::move(controller));
}
void Publish::HandleTimeout(Timestamp now) {
  core_->HandleTimeout(now);
}
void Publish::Start(Timestamp now) {
  core_->Start(now);
}
void Publish::SetTracks(const StreamTracks& tracks, Timestamp now) {
  core_->SetTracks(tracks, now);
}
void Publish::Push(EncodedFrame frame, Timestamp now) {
  core_->Push(std::move(frame), now);
}
void Publish::RefreshUrl(const std::string& address, Timestamp now) {
  core_->RefreshUrl(address, now);
}
void Publish::Stop(Timestamp now) {
  core_->Stop(now);
}
Output<Publish::Event> Publish::Poll() {
  return core_->Poll();
}
PublishSessionStats Publish::stats() const {
  return core_->stats();
}

}  // namespace onair::session
