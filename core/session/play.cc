// SPDX-License-Identifier: Apache-2.0
#include "core/session/play.h"

#include <utility>

#include "core/session/play_core.h"

namespace onair::session {

Play::Play(const PlaySessionConfig& config, Url url, OpenPath open_path, Rng rng, TraceSink& trace)
    : core_(std::make_unique<Core>(config, std::move(url), std::move(open_path), rng, trace)) {}
Play::~Play() = default;

void Play::HandleResolved(Timestamp now) {
  core_->HandleResolved(now);
}
void Play::HandleTcpConnected(Timestamp now) {
  core_->HandleTcpConnected(now);
}
void Play::HandleConnected(Timestamp now) {
  core_->HandleConnected(now);
}
void Play::HandleClosed(const Error& error, Timestamp now) {
  core_->HandleClosed(error, now);
}
void Play::HandleBytes(ByteView in, Timestamp now) {
  core_->HandleBytes(in, now);
}
void Play::HandleUnsent(DataSize unsent, Timestamp now) {
  core_->HandleUnsent(unsent, now);
}
void Play::HandleTimeout(Timestamp now) {
  core_->HandleTimeout(now);
}
void Play::HandleNetworkChanged(const std::optional<IpAddress>& from, Timestamp now) {
  core_->HandleNetworkChanged(from, now);
}
void Play::Prepare(PreloadTier depth, DataSize gop_size, Timestamp now) {
  core_->Prepare(depth, gop_size, now);
}
void Play::Start(Timestamp now) {
  core_->Start(now);
}
void Play::HandleDecodeFailed(Timestamp now) {
  core_->HandleDecodeFailed(now);
}
void Play::HandleAudioLead(TimeDelta lead, Timestamp now) {
  core_->HandleAudioLead(lead, now);
}
void Play::Stop(Timestamp now) {
  core_->Stop(now);
}
void Play::StartBeside(Timestamp now) {
  core_->StartBeside(now);
}
std::unique_ptr<PlayProgress> Play::GiveUp(Timestamp now) {
  return core_->GiveUp(now);
}
void Play::TakeOver(std::unique_ptr<PlayProgress> progress, HeldMedia media, Timestamp now) {
  core_->TakeOver(std::move(progress), std::move(media), now);
}
void Play::SetLeastDelay(TimeDelta least) {
  core_->SetLeastDelay(least);
}
PlayoutPosition Play::position(Timestamp now) const {
  return core_->position(now);
}
Output<Play::Event> Play::Poll() {
  return core_->Poll();
}
PlaySessionStats Play::stats() const {
  return core_->stats();
}
PreloadTier Play::ready() const {
  return core_->ready();
}
DataSize Play::held() const {
  return core_->held();
}

}  // namespace onair::session
