// SPDX-License-Identifier: Apache-2.0
//
// Our own clients at a server session, and a recording of one.
#pragma once

#include <vector>

#include "tests/transport/flv/sample_stream.h"
#include "tests/transport/rtmp/rtmp_peers.h"
#include "transport/rtmp/play_client.h"
#include "transport/rtmp/server_session.h"

namespace onair::rtmp {

inline PublishClient Publisher() {
  return PublishClient(SampleUrl(), PublishClientConfig{}, Rng(1), NullTrace(), kStart);
}
inline PlayClient Player(PlayStart start = PlayStart::kPipelined) {
  PlayClientConfig config;
  config.start = start;
  return PlayClient(SampleUrl(), config, Rng(1), NullTrace(), kStart);
}

inline std::vector<EncodedFrame> Frames(std::int64_t from_ms, std::size_t key_bytes = 9000) {
  return {sample::Key(from_ms, key_bytes), sample::Sound(from_ms + 3),
          sample::Reference(from_ms + 33, 33), sample::Droppable(from_ms + 66),
          sample::Sound(from_ms + 70)};
}

template <typename Event>
std::vector<EncodedFrame> FramesIn(const std::vector<Event>& events) {
  std::vector<EncodedFrame> frames;
  for (const Event& event : events) {
    if (const auto* frame = std::get_if<EncodedFrame>(&event)) frames.push_back(*frame);
  }
  return frames;
}

template <typename T, typename Event>
const T* Find(const std::vector<Event>& events) {
  for (const Event& event : events) {
    if (const auto* found = std::get_if<T>(&event)) return found;
  }
  return nullptr;
}

inline constexpr std::size_t kHandshakeFlight = 1 + 2 * kHandshakeBlock;

// The bytes of a publisher from C0 to its last frame.
inline Bytes PublishRecording() {
  PublishClient client = Publisher();
  AnsweringServer server;
  client.SetTracks(sample::Tracks(), kStart);
  Bytes sent;
  for (int i = 0; i < 6; ++i) {
    const auto heard = Listen(client);
    if (heard.Find<PublishClient::Ready>()) {
      for (const EncodedFrame& frame : Frames(0, 200)) client.Send(frame, kStart);
    }
    sent.insert(sent.end(), heard.sent.begin(), heard.sent.end());
    server.HandleBytes(heard.sent, kStart);
    client.HandleBytes(Listen(server).sent, kStart);
  }
  return sent;
}

}  // namespace onair::rtmp
