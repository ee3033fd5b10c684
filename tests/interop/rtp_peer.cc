// SPDX-License-Identifier: Apache-2.0
//
// Our payload formats on plain RTP over UDP on this host, for strangers to read and to feed.
// usage: onair-rtp-peer send h264|h265|opus PORT FRAMES
//        onair-rtp-peer receive h264|h265|opus|latm PORT [CONFIG]   CONFIG: of LATM, hexadecimal
// The receiver prints "ready", then ends a second after the last packet with
// "packets P frames F decoded D malformed M keys K lost L".
#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "codec/bitstream/opus_config.h"
#include "codec/decode/audio_decoder.h"
#include "codec/decode/ffmpeg_video_decoder.h"
#include "codec/encode/audio_encoder.h"
#include "codec/encode/video_encoder.h"
#include "core/playout/audio_order.h"
#include "tests/codec/support/hex.h"
#include "tests/codec/support/moving_picture.h"
#include "transport/rtp/audio_depacketizer.h"
#include "transport/rtp/frame_assembler.h"
#include "transport/rtp/opus_payload.h"
#include "transport/rtp/payload_packetizer.h"
#include "transport/rtp/sequence.h"

namespace onair {
namespace {

constexpr std::size_t kPayload = 1100;
constexpr int kPayloadType = 96;

Timestamp Now() {
  return Timestamp::Micros(std::chrono::duration_cast<std::chrono::microseconds>(
                               std::chrono::steady_clock::now().time_since_epoch())
                               .count());
}

// A socket on the loopback, bound to `port` or connected to it.
class Udp {
 public:
  Udp(int port, bool is_bound) : socket_(::socket(AF_INET, SOCK_DGRAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const auto* plain = reinterpret_cast<const sockaddr*>(&address);
    const int size = 4 << 20;
    setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
    const int done =
        is_bound ? bind(socket_, plain, sizeof(address)) : connect(socket_, plain, sizeof(address));
    if (done != 0) std::exit(2);
  }
  ~Udp() { close(socket_); }

  void Send(ByteView bytes) { static_cast<void>(::send(socket_, bytes.data(), bytes.size(), 0)); }
  // Nothing after `limit`.
  ByteView Receive(TimeDelta limit) {
    pollfd wanted{socket_, POLLIN, 0};
    if (poll(&wanted, 1, static_cast<int>(limit.ms())) <= 0) return {};
    const auto size = recv(socket_, room_.data(), room_.size(), 0);
    return ByteView(room_).first(size > 0 ? static_cast<std::size_t>(size) : 0);
  }

 private:
  int socket_;
  std::array<std::uint8_t, 65'536> room_{};
};

class Sender {
 public:
  Sender(Udp& udp, int clock_rate) : udp_(udp), clock_{clock_rate, 0xfffffff0} {}

  std::span<std::uint8_t> room() { return std::span(packet_).subspan(rtp::kFixedHeaderBytes); }
  void Send(const rtp::WrittenPayload& payload, MediaTime pts) {
    rtp::PacketHeader header;
    header.payload_type = kPayloadType;
    header.marker = payload.marker;
    header.sequence_number = sequence_++;
    header.timestamp = clock_.RtpOf(pts);
    header.ssrc = 0x12345678;
    rtp::WriteHeader(header, {}, packet_);
    udp_.Send(ByteView(packet_).first(rtp::kFixedHeaderBytes + payload.size));
  }

 private:
  Udp& udp_;
  rtp::SendClock clock_;
  std::uint16_t sequence_ = 65'530;
  std::array<std::uint8_t, 1500> packet_{};
};

void SendVideo(VideoCodec codec, Udp& udp, int count) {
  VideoConfig config;
  config.codec = codec;
  config.size = {320, 192};
  config.rate = DataRate::KilobitsPerSec(1000);
  config.gop = TimeDelta::Seconds(1);
  config.h264_profile = H264Profile::kConstrainedBaseline;
  auto encoder = codec::OpenVideoEncoder(config);
  if (!encoder) std::exit(2);
  rtp::VideoPacketizer packetizer(codec);
  if (!packetizer.Configure((*encoder)->track())) std::exit(2);
  Sender sender(udp, rtp::kVideoClockRate);
  std::vector<EncodedFrame> frames;
  for (int i = 0; i < count; ++i) {
    frames.clear();
    if (!(*encoder)->Encode(codec::testing::DrawFrame({}, i), frames)) std::exit(2);
    for (const EncodedFrame& frame : frames) {
      if (!packetizer.Begin(frame, kPayload)) std::exit(2);
      while (const auto payload = packetizer.Next(sender.room())) sender.Send(*payload, frame.pts);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(15));
  }
}

void SendOpus(Udp& udp, int count) {
  AudioConfig config;
  config.codec = AudioCodec::kOpus;
  auto encoder = codec::OpenAudioEncoder(config);
  if (!encoder) std::exit(2);
  rtp::OpusPacketizer packetizer;
  Sender sender(udp, rtp::kOpusClockRate);
  std::vector<EncodedFrame> frames;
  for (int i = 0; i < count; ++i) {
    AudioBlock block{config.format, {}, MediaTime::Millis(1000 + 20 * i), Timestamp::Zero()};
    for (int k = 0; k < 960; ++k) {
      const auto level = static_cast<float>(0.3 * std::sin(0.0576 * (i * 960 + k)));
      block.samples.insert(block.samples.end(), 2, level);
    }
    frames.clear();
    if (!(*encoder)->Encode(block, frames)) std::exit(2);
    for (const EncodedFrame& frame : frames) {
      if (const auto payload = packetizer.Write(frame, sender.room())) {
        sender.Send(*payload, frame.pts);
      }
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

struct Counts {
  long packets = 0;
  long frames = 0;
  long decoded = 0;
  long malformed = 0;
  long keys = 0;
  long lost = 0;
};

// Hands on each RTP packet until nothing has come for a second, and what is due in between.
template <typename Take>
void ReceiveAll(Udp& udp, Counts& counts, Take take) {
  rtp::SequenceUnwrapper unwrapper;
  std::printf("ready\n");
  std::fflush(stdout);
  for (;;) {
    const bool has_begun = counts.packets > 0;
    const ByteView bytes = udp.Receive(has_begun ? TimeDelta::Seconds(1) : TimeDelta::Seconds(20));
    if (bytes.empty()) return;
    const auto packet = rtp::ParsePacket(bytes);
    if (!packet || rtp::KindOf(bytes) != rtp::PacketKind::kRtp) continue;
    ++counts.packets;
    const auto& header = packet->header;
    take(rtp::MediaPacket{unwrapper.Unwrap(header.sequence_number), header.timestamp, header.marker,
                          packet->payload});
  }
}

Counts ReceiveVideo(VideoCodec codec, Udp& udp) {
  Counts counts;
  rtp::FrameAssembler assembler({.codec = codec});
  auto decoder = codec::OpenFfmpegVideoDecoder();
  std::vector<VideoFrame> pictures;
  ReceiveAll(udp, counts, [&](const rtp::MediaPacket& packet) {
    assembler.HandleTimeout(Now());
    assembler.HandlePacket(packet, Now());
    while (auto event = assembler.Poll()) {
      if (auto* track = std::get_if<rtp::FrameAssembler::TrackChanged>(&*event)) {
        static_cast<void>((*decoder)->Configure(track->track));
      } else if (auto* ready = std::get_if<rtp::FrameAssembler::FrameReady>(&*event)) {
        ++counts.frames;
        if (!(*decoder)->Decode(ready->frame, pictures)) ++counts.malformed;
      }
    }
  });
  static_cast<void>((*decoder)->Flush(pictures));
  counts.decoded = static_cast<long>(pictures.size());
  counts.malformed += assembler.stats().malformed;
  counts.keys = assembler.stats().key_frames;
  counts.lost = assembler.stats().frames_lost;
  return counts;
}

Counts ReceiveAudio(rtp::AudioDepacketizer in, Udp& udp) {
  Counts counts;
  auto decoder = codec::OpenAudioDecoder();
  playout::AudioOrder order;
  MediaTime newest = MediaTime::Zero();
  std::vector<EncodedFrame> frames;
  std::vector<AudioBlock> blocks;
  ReceiveAll(udp, counts, [&](const rtp::MediaPacket& packet) {
    frames.clear();
    in.HandlePacket(packet, Now(), frames);
    if (!in.track() || !(*decoder)->Configure(*in.track())) return;
    for (EncodedFrame& frame : frames) {
      newest = std::max(newest, frame.pts);
      const auto span = codec::OpusPacketSpan(frame.payload.view());
      const bool is_opus = in.track()->codec == AudioCodec::kOpus;
      order.Push(
          {std::move(frame), is_opus && span ? *span : TimeDelta::Micros(21'333), packet.sequence});
    }
    // What is this far behind will not come on a line without delay.
    const MediaTime needed = newest - TimeDelta::Millis(100);
    while (auto item = order.Pop(needed)) {
      const auto* frame = std::get_if<EncodedFrame>(&*item);
      if (frame == nullptr) continue;
      ++counts.frames;
      if (!(*decoder)->Decode(*frame, blocks)) ++counts.malformed;
    }
  });
  counts.decoded = static_cast<long>(blocks.size());
  counts.malformed += in.stats().malformed;
  counts.lost = order.stats().lost;
  return counts;
}

Counts Receive(std::string_view codec, Udp& udp, const char* config) {
  if (codec == "h264") return ReceiveVideo(VideoCodec::kH264, udp);
  if (codec == "h265") return ReceiveVideo(VideoCodec::kH265, udp);
  if (codec == "opus") {
    return ReceiveAudio({rtp::AudioPacking::kOpus, 48'000, 2, MediaTime::Zero()}, udp);
  }
  rtp::AudioDepacketizer latm(rtp::AudioPacking::kLatmInSdp, 48'000, 2, MediaTime::Zero());
  if (config == nullptr || !latm.ConfigureLatm(codec::testing::Hex(config))) std::exit(2);
  return ReceiveAudio(std::move(latm), udp);
}

}  // namespace

int Main(int argc, char** argv) {
  if (argc < 4) return 2;
  const std::string_view what = argv[1];
  const std::string_view codec = argv[2];
  Udp udp(std::atoi(argv[3]), what == "receive");
  if (what == "receive") {
    const Counts counts = Receive(codec, udp, argc > 4 ? argv[4] : nullptr);
    std::printf("packets %ld frames %ld decoded %ld malformed %ld keys %ld lost %ld\n",
                counts.packets, counts.frames, counts.decoded, counts.malformed, counts.keys,
                counts.lost);
    return 0;
  }
  const int count = argc > 4 ? std::atoi(argv[4]) : 0;
  if (codec == "opus") {
    SendOpus(udp, count);
  } else {
    SendVideo(codec == "h264" ? VideoCodec::kH264 : VideoCodec::kH265, udp, count);
  }
  return 0;
}

}  // namespace onair

int main(int argc, char** argv) {
  return onair::Main(argc, argv);
}
