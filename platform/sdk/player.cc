// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/player.h"

#include <utility>

#include "platform/sdk/player_core.h"

namespace onair {

Result<std::unique_ptr<Player>> Player::Create(const PlayerConfig& config, Executor executor,
                                               Listener listener) {
  if (auto status = config.Validate(); !status) return Forward(status);
  auto core = std::make_unique<Core>(config, std::move(executor), std::move(listener));
  if (auto status = core->Open(); !status) return Forward(status);
  return std::unique_ptr<Player>(new Player(std::move(core)));
}

Player::Player(std::unique_ptr<Core> core) : core_(std::move(core)) {}
Player::~Player() = default;

void Player::SetAudioOutput(std::unique_ptr<AudioOutput> output) {
  core_->SetAudioOutput(std::move(output));
}
void Player::SetPictureReady(std::function<void()> on_ready) {
  core_->SetPictureReady(std::move(on_ready));
}
Status Player::Start() {
  return core_->Start();
}
void Player::Stop() {
  core_->Stop();
}
void Player::Close(const std::function<void()>& before_silence) {
  core_->Close(before_silence);
}
void Player::NetworkChanged(std::optional<IpAddress> from) {
  core_->NetworkChanged(from);
}
Status Player::SwitchTo(const std::string& url) {
  return core_->SwitchTo(url);
}
Status Player::PinQuality(std::size_t index) {
  return core_->PinQuality(index);
}
Status Player::ChooseQuality() {
  return core_->ChooseQuality();
}
PictureSource& Player::pictures() {
  return core_->first_surface();
}
std::shared_ptr<PictureSource> Player::HandOverPictures() {
  return core_->HandOverPictures();
}
Status Player::Pause() {
  return core_->Command([](PlaySession& session) { session.Pause(); });
}
Status Player::Resume() {
  return core_->Command([](PlaySession& session) { session.Resume(); });
}
Status Player::Seek(TimeDelta position) {
  return core_->Command([position](PlaySession& session) { session.Seek(position); });
}
Status Player::SetRepeat(Repeat repeat) {
  return core_->Command([repeat](PlaySession& session) { session.SetRepeat(repeat); });
}
void Player::SetVolume(double gain) {
  core_->sound().SetVolume(gain);
}
void Player::Mute() {
  core_->sound().SetMuted(true);
}
void Player::Unmute() {
  core_->sound().SetMuted(false);
}
void Player::TakeSnapshot(const std::string& path) {
  core_->TakeSnapshot(path);
}
std::optional<VideoFrame> Player::shown_picture() const {
  return core_->shown_picture();
}
Status Player::StartRecording(const std::string& path) {
  return core_->recording().Start(path);
}
void Player::StopRecording() {
  core_->recording().Stop();
}
PlayerStats Player::stats() const {
  return core_->stats();
}

}  // namespace onair
