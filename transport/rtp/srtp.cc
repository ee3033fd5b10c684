// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/srtp.h"

#include <algorithm>

#include "core/base/byte_reader.h"
#include "transport/rtp/packet.h"
#include "transport/rtp/sequence.h"
#include "transport/rtp/span_writer.h"

namespace onair::rtp {
namespace {

constexpr std::size_t kRtcpClear = 8;  // Header and sender's SSRC.
constexpr std::size_t kIndexWord = 4;
constexpr std::int64_t kRollOver = 1 << 16;
constexpr std::uint32_t kEncryptedBit = 0x8000'0000;
// RFC 3711 section 9.2: a key serves 2^48 SRTP packets and 2^31 SRTCP packets.
constexpr std::int64_t kMaxRtpIndex = (std::int64_t{1} << 48) - 1;
constexpr std::uint32_t kMaxRtcpIndex = 0x7fff'ffff;

using Word = std::array<std::uint8_t, 4>;

Word WordOf(std::uint32_t value) {
  Word word{};
  SpanWriter(word).U32(value);
  return word;
}

struct Ciphers {
  std::unique_ptr<SrtpCipher> rtp;
  std::unique_ptr<SrtpCipher> rtcp;
};

Result<std::unique_ptr<SrtpCipher>> MakeCipher(const SrtpKey& key, SrtpUse use) {
  const auto keys = DeriveSessionKeys(key, use);
  if (!keys) return Forward(keys);
  return SrtpCipher::Make(key.suite, *keys);
}

Result<Ciphers> MakeCiphers(const SrtpKey& key) {
  auto rtp = MakeCipher(key, SrtpUse::kRtp);
  if (!rtp) return Forward(rtp);
  auto rtcp = MakeCipher(key, SrtpUse::kRtcp);
  if (!rtcp) return Forward(rtcp);
  return Ciphers{.rtp = std::move(*rtp), .rtcp = std::move(*rtcp)};
}

// RFC 3711 section 3.3.1 and appendix A: the index nearest to the newest. Before the first packet
// no roll-over has been.
std::int64_t IndexOf(std::uint16_t sequence, std::optional<std::int64_t> newest) {
  if (!newest) return sequence;
  return *newest + SequenceDistance(static_cast<std::uint16_t>(*newest), sequence);
}

// What HMAC covers behind the payload; GCM has the roll-over count in its IV.
ByteView RollOver(SrtpSuite suite, const Word& roc) {
  return suite == SrtpSuite::kAeadAes128Gcm ? ByteView() : ByteView(roc);
}

SrtpParts RtpParts(std::span<std::uint8_t> packet, std::size_t header_bytes, std::uint32_t ssrc,
                   std::int64_t index, ByteView trailer) {
  return {.head = packet.first(header_bytes),
          .body = packet.subspan(header_bytes),
          .trailer = trailer,
          .ssrc = ssrc,
          .index = static_cast<std::uint64_t>(index)};
}

// The sender's SSRC; nothing for what is no RTCP.
std::optional<std::uint32_t> RtcpSender(ByteView packet) {
  if (packet.size() < kRtcpClear || KindOf(packet) != PacketKind::kRtcp) return std::nullopt;
  return ByteReader(packet.subspan(4)).U32();
}

}  // namespace

std::optional<SrtpKeyPair> SplitKeyingMaterial(SrtpSuite suite, ByteView exported) {
  if (exported.size() != SrtpKeyingBytes(suite)) return std::nullopt;
  SrtpKeyPair pair;
  ByteReader in(exported);
  const auto take = [&](std::size_t count, std::uint8_t* to) {
    const ByteView bytes = in.Take(count);
    std::copy(bytes.begin(), bytes.end(), to);
  };
  pair.client.suite = pair.server.suite = suite;
  take(kSrtpKeyBytes, pair.client.key.data());
  take(kSrtpKeyBytes, pair.server.key.data());
  take(SrtpSaltBytes(suite), pair.client.salt.data());
  take(SrtpSaltBytes(suite), pair.server.salt.data());
  return pair;
}

Result<SrtpSender> SrtpSender::Make(const SrtpKey& key) {
  auto ciphers = MakeCiphers(key);
  if (!ciphers) return Forward(ciphers);
  return SrtpSender(key.suite, std::move(ciphers->rtp), std::move(ciphers->rtcp));
}

SrtpSender::SrtpSender(SrtpSuite suite, std::unique_ptr<SrtpCipher> rtp,
                       std::unique_ptr<SrtpCipher> rtcp)
    : suite_(suite), rtp_(std::move(rtp)), rtcp_(std::move(rtcp)) {
  streams_.reserve(kMaxSrtpStreams);
}

SrtpSender::Stream* SrtpSender::Find(std::uint32_t ssrc) {
  for (Stream& stream : streams_) {
    if (stream.ssrc == ssrc) return &stream;
  }
  if (streams_.size() == kMaxSrtpStreams) return nullptr;
  return &streams_.emplace_back(Stream{.ssrc = ssrc});
}

std::size_t SrtpSender::ProtectRtp(std::span<std::uint8_t> room, std::size_t size) {
  const std::size_t tag = SrtpTagBytes(suite_);
  if (size > room.size() || room.size() - size < tag) return 0;
  const auto view = ParsePacket(room.first(size));
  Stream* const stream = view ? Find(view->header.ssrc) : nullptr;
  if (stream == nullptr) return 0;
  const std::int64_t index = IndexOf(view->header.sequence_number, stream->rtp_index);
  if ((stream->rtp_index && index <= *stream->rtp_index) || index > kMaxRtpIndex) return 0;
  stream->rtp_index = index;
  const Word roc = WordOf(static_cast<std::uint32_t>(index >> 16));
  const SrtpParts parts = RtpParts(room.first(size), view->header_bytes, view->header.ssrc, index,
                                   RollOver(suite_, roc));
  return rtp_->Seal(parts, room.subspan(size, tag)) ? size + tag : 0;
}

std::size_t SrtpSender::ProtectRtcp(std::span<std::uint8_t> room, std::size_t size) {
  const std::size_t tag = SrtpTagBytes(suite_);
  if (size > room.size() || room.size() - size < tag + kIndexWord) return 0;
  const auto ssrc = RtcpSender(room.first(size));
  Stream* const stream = ssrc ? Find(*ssrc) : nullptr;
  if (stream == nullptr || stream->rtcp_index == kMaxRtcpIndex) return 0;
  const std::uint32_t index = ++stream->rtcp_index;
  const Word word = WordOf(kEncryptedBit | index);
  const SrtpParts parts{.head = room.first(kRtcpClear),
                        .body = room.subspan(kRtcpClear, size - kRtcpClear),
                        .trailer = word,
                        .ssrc = *ssrc,
                        .index = index};
  const bool is_gcm = suite_ == SrtpSuite::kAeadAes128Gcm;
  const std::size_t tag_at = is_gcm ? size : size + kIndexWord;
  const std::size_t word_at = is_gcm ? size + tag : size;
  std::copy(word.begin(), word.end(), room.begin() + static_cast<std::ptrdiff_t>(word_at));
  return rtcp_->Seal(parts, room.subspan(tag_at, tag)) ? size + tag + kIndexWord : 0;
}

Result<SrtpReceiver> SrtpReceiver::Make(const SrtpKey& key) {
  auto ciphers = MakeCiphers(key);
  if (!ciphers) return Forward(ciphers);
  return SrtpReceiver(key.suite, std::move(ciphers->rtp), std::move(ciphers->rtcp));
}

SrtpReceiver::SrtpReceiver(SrtpSuite suite, std::unique_ptr<SrtpCipher> rtp,
                           std::unique_ptr<SrtpCipher> rtcp)
    : suite_(suite), rtp_(std::move(rtp)), rtcp_(std::move(rtcp)) {}

SrtpReceiver::Stream* SrtpReceiver::Find(std::uint32_t ssrc) {
  for (Stream& stream : streams_) {
    if (stream.ssrc == ssrc) return &stream;
  }
  return nullptr;
}

// What is still known of it, as a stream of which nothing up to the newest may come again.
std::optional<SrtpReceiver::Stream> SrtpReceiver::FindPast(std::uint32_t ssrc) const {
  const auto past = std::find_if(past_.begin(), past_.end(),
                                 [ssrc](const Past& one) { return one.ssrc == ssrc; });
  if (past == past_.end()) return std::nullopt;
  // While nobody listened a roll-over may have passed.
  Stream stream{.ssrc = ssrc, .rtp = {}, .rtcp = {}, .refused = kDoubtAfter};
  if (past->rtp) stream.rtp = ReplayWindow::ClosedUpTo(*past->rtp);
  if (past->rtcp) stream.rtcp = ReplayWindow::ClosedUpTo(*past->rtcp);
  return stream;
}

SrtpReceiver::Stream* SrtpReceiver::FindOrAdd(std::uint32_t ssrc) {
  Stream* known = Find(ssrc);
  if (known == nullptr) {
    auto stream = FindPast(ssrc).value_or(Stream{.ssrc = ssrc, .rtp = {}, .rtcp = {}});
    if (streams_.size() == kMaxSrtpStreams && !RetireIdleFor(ssrc)) return nullptr;
    std::erase_if(past_, [ssrc](const Past& one) { return one.ssrc == ssrc; });
    known = &streams_.emplace_back(std::move(stream));
  }
  known->heard_at = stats_.accepted;
  return known;
}

// The one that was silent for longest. Where `ssrc` made way itself they change places.
bool SrtpReceiver::RetireIdleFor(std::uint32_t ssrc) {
  const auto idle =
      std::min_element(streams_.begin(), streams_.end(),
                       [](const Stream& a, const Stream& b) { return a.heard_at < b.heard_at; });
  const bool is_idle = stats_.accepted - idle->heard_at >= kIdleAfter;
  if (!is_idle) return false;
  const Past retired{idle->ssrc, idle->rtp.newest(), idle->rtcp.newest()};
  const auto own = std::ranges::find(past_, ssrc, &Past::ssrc);
  if (own != past_.end()) {
    *own = retired;
  } else if (past_.size() < kMaxPastSrtpStreams) {
    past_.push_back(retired);
  } else {
    return false;
  }
  streams_.erase(idle);
  ++stats_.streams_retired;
  return true;
}

std::optional<std::size_t> SrtpReceiver::Drop(std::int64_t& counter) {
  ++counter;
  return std::nullopt;
}

bool SrtpReceiver::OpenRtp(std::span<std::uint8_t> packet, const PacketView& head,
                           std::int64_t index) {
  if (index > kMaxRtpIndex) return false;
  const std::size_t size = packet.size() - SrtpTagBytes(suite_);
  const Word roc = WordOf(static_cast<std::uint32_t>(index >> 16));
  const SrtpParts parts = RtpParts(packet.first(size), head.header_bytes, head.header.ssrc, index,
                                   RollOver(suite_, roc));
  return rtp_->Open(parts, packet.subspan(size));
}

std::optional<std::size_t> SrtpReceiver::UnprotectRtp(std::span<std::uint8_t> packet) {
  const std::size_t tag = SrtpTagBytes(suite_);
  if (packet.size() < kFixedHeaderBytes + tag) return Drop(stats_.malformed);
  const std::size_t size = packet.size() - tag;
  const auto head = ParsePacketHead(packet.first(size));
  if (!head) return Drop(stats_.malformed);
  Stream* known = Find(head->header.ssrc);
  std::optional<Stream> past;
  if (known == nullptr && (past = FindPast(head->header.ssrc))) known = &*past;
  const auto newest = known != nullptr ? known->rtp.newest() : std::nullopt;
  std::int64_t index = IndexOf(head->header.sequence_number, newest);
  const bool is_new = index >= 0 && (known == nullptr || known->rtp.is_new(index));
  // Packets from before the keys, or in an outage, may have hidden a roll-over.
  const bool is_doubtful = !newest || known->refused >= kDoubtAfter;
  if (is_doubtful) kept_.assign(packet.begin(), packet.end());
  bool is_open = is_new && OpenRtp(packet, *head, index);
  if (!is_open && is_doubtful) {
    std::copy(kept_.begin(), kept_.end(), packet.begin());
    index += kRollOver;
    is_open = OpenRtp(packet, *head, index);
  }
  if (!is_open) {
    if (known != nullptr) known->refused = std::min(known->refused + 1, kDoubtAfter);
    return Drop(is_new ? stats_.forged : stats_.replayed);
  }
  Stream* const stream = FindOrAdd(head->header.ssrc);
  if (stream == nullptr) return Drop(stats_.too_many_streams);
  stream->rtp.Accept(index);
  stream->refused = 0;
  ++stats_.accepted;
  return size;
}

std::optional<std::size_t> SrtpReceiver::UnprotectRtcp(std::span<std::uint8_t> packet) {
  const std::size_t tag = SrtpTagBytes(suite_);
  const auto ssrc = RtcpSender(packet);
  if (!ssrc || packet.size() < kRtcpClear + tag + kIndexWord) return Drop(stats_.malformed);
  const std::size_t size = packet.size() - tag - kIndexWord;
  const bool is_gcm = suite_ == SrtpSuite::kAeadAes128Gcm;
  const ByteView word = packet.subspan(is_gcm ? size + tag : size, kIndexWord);
  const std::uint32_t flagged = ByteReader(word).U32();
  // RFC 8834 section 4.1 wants encryption of all RTCP, so what is only authenticated is no peer's.
  if ((flagged & kEncryptedBit) == 0) return Drop(stats_.malformed);
  const std::uint32_t index = flagged & kMaxRtcpIndex;
  const Stream* known = Find(*ssrc);
  std::optional<Stream> past;
  if (known == nullptr && (past = FindPast(*ssrc))) known = &*past;
  if (known != nullptr && !known->rtcp.is_new(index)) return Drop(stats_.replayed);
  const SrtpParts parts{.head = packet.first(kRtcpClear),
                        .body = packet.subspan(kRtcpClear, size - kRtcpClear),
                        .trailer = word,
                        .ssrc = *ssrc,
                        .index = index};
  if (!rtcp_->Open(parts, packet.subspan(is_gcm ? size : size + kIndexWord, tag))) {
    return Drop(stats_.forged);
  }
  Stream* const stream = FindOrAdd(*ssrc);
  if (stream == nullptr) return Drop(stats_.too_many_streams);
  stream->rtcp.Accept(index);
  ++stats_.accepted;
  return size;
}

}  // namespace onair::rtp
