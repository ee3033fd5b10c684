// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/rtcp/source_description.h"

#include <algorithm>

namespace onair::rtp::rtcp {
namespace {

constexpr std::uint8_t kEndItem = 0;
constexpr std::uint8_t kCanonicalNameItem = 1;
constexpr std::size_t kMaxName = 255;

// The rest of the word in which `position` lies.
constexpr std::size_t ToNextWord(std::size_t position) {
  return (4 - position % 4) % 4;
}

// Reads one chunk's items up to the zero that ends them.
std::optional<std::string_view> ReadItems(ByteReader& in) {
  std::optional<std::string_view> name;
  while (in.ok()) {
    const std::uint8_t item = in.U8();
    if (item == kEndItem) break;
    const ByteView text = in.Take(in.U8());
    if (item == kCanonicalNameItem && in.ok() && !name) {
      name = std::string_view(reinterpret_cast<const char*>(text.data()), text.size());
    }
  }
  in.Skip(std::min(ToNextWord(in.position()), in.remaining()));
  return name;
}

}  // namespace

std::optional<CanonicalName> ReadCanonicalName(const Block& block) {
  if (!block.is(Type::kSourceDescription)) return std::nullopt;
  ByteReader in(block.body);
  for (int chunk = 0; chunk < block.count && in.remaining() > 0; ++chunk) {
    const std::uint32_t ssrc = in.U32();
    const auto name = ReadItems(in);
    if (!in.ok()) return std::nullopt;
    if (name) return CanonicalName{.ssrc = ssrc, .name = *name};
  }
  return std::nullopt;
}

bool WriteCanonicalName(const CanonicalName& name, SpanWriter& out) {
  const std::string_view text = name.name.substr(0, kMaxName);
  // RFC 3550 section 6.5: "one or more null octets", the first of which ends the list.
  const std::size_t used = 4 + 2 + text.size();
  const std::size_t zeros = 4 - used % 4;
  return WriteWhole(out, 4 + used + zeros, [&] {
    BlockWriter block(out, Type::kSourceDescription, 1);
    out.U32(name.ssrc).U8(kCanonicalNameItem).U8(static_cast<std::uint8_t>(text.size()));
    for (const char c : text) out.U8(static_cast<std::uint8_t>(c));
    out.Zeros(zeros);
  });
}

std::optional<Bye> ReadBye(const Block& block) {
  if (!block.is(Type::kBye)) return std::nullopt;
  const std::size_t bytes = block.count * std::size_t{4};
  if (bytes > block.body.size()) return std::nullopt;
  return Bye{.ssrcs = block.body.first(bytes)};
}

bool WriteBye(std::uint32_t ssrc, SpanWriter& out) {
  return WriteWhole(out, 8, [&] {
    BlockWriter block(out, Type::kBye, 1);
    out.U32(ssrc);
  });
}

}  // namespace onair::rtp::rtcp
