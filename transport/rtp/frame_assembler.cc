// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/frame_assembler.h"

#include <algorithm>
#include <utility>

namespace onair::rtp {
namespace {

// Slots keep this much memory between packets: a datagram's worth.
constexpr std::size_t kKeptBytes = 2048;

// A run of this many packets in their order, far behind, is a sender that began anew.
// Source: RFC 3550 appendix A.1 takes two; more, because a forger would need luck too.
constexpr int kStraysForRestart = 8;

}  // namespace

Status AssemblerConfig::Validate() const {
  const auto refuse = [](const char* field) { return Fail(ErrorCode::kInvalidConfig, field); };
  if (max_packets < 64 || max_packets > 16'384) return refuse("assembler.max_packets");
  if (max_bytes < DataSize::Kibibytes(256) || max_bytes > DataSize::Mebibytes(64)) {
    return refuse("assembler.max_bytes");
  }
  if (patience < TimeDelta::Millis(20) || patience > TimeDelta::Seconds(10)) {
    return refuse("assembler.patience");
  }
  if (key_patience < TimeDelta::Zero() || key_patience > TimeDelta::Seconds(10)) {
    return refuse("assembler.key_patience");
  }
  return {};
}

FrameAssembler::FrameAssembler(const AssemblerConfig& config, MediaTime origin)
    : config_(config),
      clock_(kVideoClockRate, origin),
      builder_(config.codec),
      slots_(config.max_packets) {}

void FrameAssembler::HandlePacket(const MediaPacket& packet, Timestamp now) {
  if (!Admit(packet)) return;
  // The line begins with what came first, not with the picture that is whole first.
  if (!has_begun_) static_cast<void>(clock_.MediaTimeOf(packet.timestamp));
  has_begun_ = true;
  MakeRoom(packet.sequence);
  if (packet.sequence < *oldest_) return;
  Store(packet, now);
  // Where the sender sets no marker, this packet tells that the picture before it is through.
  const Slot* before = Find(packet.sequence - 1);
  if (before != nullptr && before->timestamp != packet.timestamp) NoteKey(packet.sequence - 1);
  NoteKey(packet.sequence);
  Advance(now);
}

// Behind one hole another may be as old: each round leaves one behind.
void FrameAssembler::HandleTimeout(Timestamp now) {
  while (deadline_ <= now) {
    if (!next_) {
      Ask();
    } else if (key_) {
      JumpToKey();
    } else if (!SkipDroppable()) {
      GiveUp();
    }
    Advance(now);
  }
}

void FrameAssembler::SetTrack(const VideoTrack& track) {
  if (track.codec != config_.codec) return;
  const bool is_same = track_ && std::ranges::equal(track_->config.view(), track.config.view());
  if (is_same) return;
  track_ = track;
  out_.emplace_back(TrackChanged{track});
}

void FrameAssembler::Reset() {
  if (oldest_) FreeBelow(newest_ + 1);
  oldest_.reset();
  first_.reset();
  next_.reset();
  key_.reset();
  gap_.reset();
  stray_.reset();
  strays_ = 0;
  has_asked_ = false;
  awaiting_since_.reset();
  deadline_ = Timestamp::PlusInfinity();
}

std::optional<FrameAssembler::Event> FrameAssembler::Poll() {
  if (out_.empty()) return std::nullopt;
  Event event = std::move(out_.front());
  out_.pop_front();
  return event;
}

std::size_t FrameAssembler::Missing(std::span<std::int64_t> out) const {
  std::size_t count = 0;
  if (!oldest_) return 0;
  for (std::int64_t at = next_.value_or(*oldest_); at < newest_ && count < out.size(); ++at) {
    if (Find(at) == nullptr) out[count++] = at;
  }
  return count;
}

std::optional<std::int64_t> FrameAssembler::oldest_wanted() const {
  return next_ ? next_ : oldest_;
}

const FrameAssembler::Slot* FrameAssembler::Find(std::int64_t sequence) const {
  const Slot& slot = slots_[Index(sequence)];
  return slot.sequence == sequence ? &slot : nullptr;
}

// Whether it is news. A sender that began anew behind our place is followed after a while.
bool FrameAssembler::Admit(const MediaPacket& packet) {
  if (packet.sequence < 0) return false;
  if (!oldest_) {
    oldest_ = newest_ = packet.sequence;
    first_ = packet.sequence;
    return true;
  }
  const auto ring = static_cast<std::int64_t>(slots_.size());
  const bool is_before_first = !next_ && packet.sequence > newest_ - ring && first_ == oldest_;
  if (packet.sequence < *oldest_ && is_before_first) {
    oldest_ = first_ = packet.sequence;  // The beginning came out of order.
    return true;
  }
  if (packet.sequence < *oldest_) {
    ++stats_.late;
    const bool is_far = packet.sequence < newest_ - ring;
    strays_ = is_far && stray_ && packet.sequence == *stray_ + 1 ? strays_ + 1 : 0;
    stray_ = packet.sequence;
    if (strays_ < kStraysForRestart) return false;
    ++stats_.restarts;
    Reset();
    return Admit(packet);
  }
  if (Find(packet.sequence) != nullptr) {
    ++stats_.duplicates;
    return false;
  }
  return true;
}

// The ring ends where the newest stands; what no longer fits is lost.
void FrameAssembler::MakeRoom(std::int64_t sequence) {
  newest_ = std::max(newest_, sequence);
  const std::int64_t floor = newest_ - static_cast<std::int64_t>(slots_.size()) + 1;
  const bool is_too_heavy = held_bytes_ > static_cast<std::size_t>(config_.max_bytes.bytes());
  if (*oldest_ >= floor && !is_too_heavy) return;
  const std::int64_t wanted = next_.value_or(*oldest_);
  if (next_ && (wanted < floor || is_too_heavy)) {
    ++stats_.overflows;
    LoseThread();
  }
  // Without a thread all but a key frame that is coming in is worthless; half is a guess at it.
  const std::int64_t keep_from = is_too_heavy ? newest_ - (newest_ - *oldest_) / 2 : floor;
  FreeBelow(std::max(keep_from, floor));
}

void FrameAssembler::Store(const MediaPacket& packet, Timestamp now) {
  Slot& slot = SlotOf(packet.sequence);
  slot.sequence = packet.sequence;
  slot.timestamp = packet.timestamp;
  slot.marker = packet.marker;
  slot.came_at = now;
  slot.glance = GlanceAt(packet.payload, config_.codec);
  slot.payload.assign(packet.payload.begin(), packet.payload.end());
  held_bytes_ += packet.payload.size();
}

void FrameAssembler::Free(std::int64_t sequence) {
  Slot& slot = SlotOf(sequence);
  if (slot.sequence != sequence) return;
  held_bytes_ -= slot.payload.size();
  slot.sequence = -1;
  slot.payload.clear();
  if (slot.payload.capacity() > kKeptBytes) slot.payload.shrink_to_fit();
}

void FrameAssembler::FreeBelow(std::int64_t sequence) {
  const auto ring = static_cast<std::int64_t>(slots_.size());
  // Not more than a turn of the ring, however far a sequence jumped.
  const std::int64_t last = std::min(sequence, *oldest_ + ring);
  for (std::int64_t at = *oldest_; at < last; ++at) Free(at);
  oldest_ = std::max(*oldest_, sequence);
  if (key_ && key_->first < *oldest_) key_.reset();
}

// Gives all pictures that are whole and in their turn, then sees what is missing.
void FrameAssembler::Advance(Timestamp now) {
  while (true) {
    if (!next_ && key_) JumpToKey();
    if (!next_) break;
    const Slot* slot = Find(scan_);
    if (slot == nullptr) break;
    if (scan_ == *next_ && slot->payload.empty()) {  // Padding between pictures.
      next_ = ++scan_;
      FreeBelow(*next_);
      continue;
    }
    // Another timestamp ends a picture too: not every sender sets the marker.
    const bool is_other = slot->timestamp != Find(*next_)->timestamp;
    const std::int64_t last = is_other ? scan_ - 1 : scan_;
    ++scan_;
    if (!is_other && slot->marker == Marker::kClear) continue;
    if (!Give({*next_, last})) LoseThread();
  }
  WatchGap(now);
}

// A key frame that is whole behind a gap, or while one is awaited, is a way on.
void FrameAssembler::NoteKey(std::int64_t sequence) {
  const bool is_in_turn = next_ && sequence == scan_ && sequence == newest_;
  if (key_ || is_in_turn) return;
  const auto picture = PictureAround(sequence);
  if (!picture || (next_ && picture->first <= *next_)) return;
  Build(*picture);
  if (!builder_.IsWhole()) return;
  if (!builder_.has_slice()) {
    // Parameter sets by themselves, while no picture of older ones can come.
    if (auto track = builder_.Track(); track && !next_) SetTrack(*track);
  } else if (builder_.kind() != FrameKind::kKey) {
    if (!next_ && !KeyComesIn(picture->first)) Ask();
  } else if (track_ || builder_.has_parameter_sets()) {
    key_ = picture;
  }
}

// A part of one is here; what is missing of it may be on its way.
bool FrameAssembler::KeyComesIn(std::int64_t before) const {
  for (std::int64_t at = *oldest_; at < before; ++at) {
    if (const Slot* slot = Find(at); slot != nullptr && slot->glance.begins_key) return true;
  }
  return false;
}

// Among all that waits: only one key frame is noted at a time.
void FrameAssembler::FindKey() {
  if (!oldest_) return;
  for (std::int64_t at = next_.value_or(*oldest_); at <= newest_ && !key_; ++at) {
    const Slot* slot = Find(at);
    if (slot != nullptr && slot->marker == Marker::kSet) NoteKey(at);
  }
}

bool FrameAssembler::BeginsPicture(const Slot& slot) const {
  if (slot.glance.begins_picture) return true;
  if (const Slot* before = Find(slot.sequence - 1)) {
    return before->timestamp != slot.timestamp || before->marker == Marker::kSet;
  }
  return slot.glance.begins_key_slice && first_ == slot.sequence;
}

// The whole picture that the packet is of; nothing when it is not whole.
std::optional<FrameAssembler::Range> FrameAssembler::PictureAround(std::int64_t sequence) const {
  const Slot* first = Find(sequence);
  const std::uint32_t timestamp = first->timestamp;
  while (!BeginsPicture(*first)) {
    const Slot* before = Find(first->sequence - 1);
    if (before == nullptr || before->timestamp != timestamp) return std::nullopt;
    first = before;
  }
  std::int64_t last = sequence;
  while (Find(last)->marker == Marker::kClear) {
    const Slot* after = Find(last + 1);
    if (after == nullptr) return std::nullopt;
    if (after->timestamp != timestamp) break;
    ++last;
  }
  return Range{first->sequence, last};
}

void FrameAssembler::Build(Range range) {
  std::size_t bytes = 0;
  for (std::int64_t at = range.first; at <= range.last; ++at) {
    bytes += Find(at)->payload.size() + 8;  // Lengths and a header.
  }
  builder_.Begin(bytes);
  for (std::int64_t at = range.first; at <= range.last; ++at) {
    // Padding within a picture belongs to no unit.
    if (const Slot* slot = Find(at); !slot->payload.empty()) builder_.Add(slot->payload);
  }
}

// False, when it is nothing that can be decoded.
bool FrameAssembler::Give(Range range) {
  Build(range);
  Timestamp came_at = Timestamp::MinusInfinity();
  for (std::int64_t at = range.first; at <= range.last; ++at) {
    came_at = std::max(came_at, Find(at)->came_at);
  }
  const std::uint32_t timestamp = Find(range.first)->timestamp;
  const MediaTime pts = clock_.MediaTimeOf(timestamp);
  FreeBelow(range.last + 1);
  next_ = scan_ = range.last + 1;
  if (!builder_.IsWhole()) {
    ++stats_.malformed;
    return false;
  }
  const FrameKind kind = builder_.kind();
  const bool is_key = builder_.has_slice() && kind == FrameKind::kKey;
  if (builder_.has_parameter_sets() && (is_key || !builder_.has_slice())) {
    auto track = builder_.Track();
    if (!track) {
      ++stats_.malformed;
      return false;
    }
    SetTrack(*track);
  }
  if (!builder_.has_slice()) return true;
  if (is_key && !track_) return false;
  ++stats_.frames;
  stats_.key_frames += is_key ? 1 : 0;
  has_asked_ = false;
  out_.emplace_back(FrameReady{
      {Buffer::Own(builder_.Take()), kind, pts, pts, came_at}, range.first, range.last, timestamp});
  return true;
}

void FrameAssembler::JumpToKey() {
  const Range key = *std::exchange(key_, std::nullopt);
  if (next_) ++stats_.frames_lost;
  gap_.reset();
  if (!Give(key)) LoseThread();
  FindKey();
}

// The picture at the gap, when all that is known of it is droppable and both its ends are known.
bool FrameAssembler::SkipDroppable() {
  if (!next_) return false;
  std::int64_t at = *next_;
  const Slot* begin = Find(at);
  if (begin == nullptr) return false;
  for (; at <= newest_; ++at) {
    const Slot* slot = Find(at);
    if (slot == nullptr) continue;
    if (slot->timestamp != begin->timestamp) {
      // What is missing right before another picture may be a whole third one.
      if (Find(at - 1) == nullptr) return false;
      break;
    }
    if (!slot->glance.is_droppable) return false;
    if (slot->marker == Marker::kSet) {
      ++at;
      break;
    }
  }
  if (at > newest_) return false;
  ++stats_.frames_lost;
  FreeBelow(at);
  next_ = scan_ = at;
  return true;
}

// What is in front of the hole and the hole itself are given up.
void FrameAssembler::GiveUp() {
  ++stats_.frames_lost;
  FreeBelow(scan_ + 1);
  LoseThread();
}

void FrameAssembler::LoseThread() {
  next_.reset();
  gap_.reset();
  Ask();
  FindKey();
}

void FrameAssembler::Ask() {
  if (std::exchange(has_asked_, true)) return;
  out_.emplace_back(KeyFrameNeeded{});
}

void FrameAssembler::WatchGap(Timestamp now) {
  deadline_ = Timestamp::PlusInfinity();
  if (!next_ && !has_asked_ && oldest_) {
    if (!awaiting_since_) awaiting_since_ = now;
    deadline_ = *awaiting_since_ + config_.patience;
    return;
  }
  awaiting_since_.reset();
  if (!next_ || scan_ > newest_) return gap_.reset();
  if (!gap_ || gap_->at != scan_) {
    std::int64_t behind = scan_ + 1;
    while (behind < newest_ && Find(behind) == nullptr) ++behind;
    const Slot* other_side = Find(behind);
    gap_ = Gap{scan_, other_side != nullptr ? other_side->came_at : now};
  }
  const TimeDelta patience =
      key_ ? std::min(config_.key_patience, config_.patience) : config_.patience;
  deadline_ = gap_->since + patience;
}

}  // namespace onair::rtp
