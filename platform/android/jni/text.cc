// SPDX-License-Identifier: Apache-2.0
#include "platform/android/jni/text.h"

#include <cstddef>
#include <cstdint>

#include "platform/android/jni/jvm.h"

namespace onair::jni {
namespace {

constexpr char32_t kNoText = 0xfffd;

bool IsSurrogate(char32_t c) {
  return c >= 0xd800 && c <= 0xdfff;
}

// RFC 3629 section 3: bytes behind the first one, the bits of the first, the least value.
struct Shape {
  std::size_t more;
  char32_t bits;
  char32_t least;
};
Shape ShapeOf(std::uint8_t first) {
  if (first < 0x80) return {0, first, 0};
  if ((first & 0xe0) == 0xc0) return {1, first & 0x1fU, 0x80};
  if ((first & 0xf0) == 0xe0) return {2, first & 0x0fU, 0x800};
  if ((first & 0xf8) == 0xf0) return {3, first & 0x07U, 0x10000};
  return {0, kNoText, 0};
}

// The character at the front of `text`, which is not empty, and takes it off.
char32_t TakeUtf8(std::string_view& text) {
  const Shape shape = ShapeOf(static_cast<std::uint8_t>(text.front()));
  text.remove_prefix(1);
  if (text.size() < shape.more) return kNoText;
  char32_t c = shape.bits;
  for (std::size_t i = 0; i < shape.more; ++i) {
    const auto next = static_cast<std::uint8_t>(text[i]);
    if ((next & 0xc0) != 0x80) return kNoText;
    c = c << 6U | (next & 0x3fU);
  }
  if (c < shape.least || c > 0x10ffff || IsSurrogate(c)) return kNoText;
  text.remove_prefix(shape.more);
  return c;
}

char32_t TakeUtf16(std::u16string_view& text) {
  const char32_t first = text.front();
  text.remove_prefix(1);
  if (!IsSurrogate(first)) return first;
  const bool is_pair = first < 0xdc00 && !text.empty() && (text.front() & 0xfc00) == 0xdc00;
  if (!is_pair) return kNoText;
  const char32_t second = text.front();
  text.remove_prefix(1);
  return 0x10000 + ((first & 0x3ffU) << 10U) + (second & 0x3ffU);
}

void Append(char32_t c, std::string& out) {
  const auto put = [&out](char32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (c < 0x80) return put(c);
  if (c < 0x800) {
    put(0xc0 | c >> 6U);
  } else if (c < 0x10000) {
    put(0xe0 | c >> 12U);
    put(0x80 | (c >> 6U & 0x3fU));
  } else {
    put(0xf0 | c >> 18U);
    put(0x80 | (c >> 12U & 0x3fU));
    put(0x80 | (c >> 6U & 0x3fU));
  }
  put(0x80 | (c & 0x3fU));
}

}  // namespace

std::u16string Utf16Of(std::string_view utf8) {
  std::u16string out;
  out.reserve(utf8.size());
  while (!utf8.empty()) {
    const char32_t c = TakeUtf8(utf8);
    if (c < 0x10000) {
      out.push_back(static_cast<char16_t>(c));
    } else {
      out.push_back(static_cast<char16_t>(0xd800 + ((c - 0x10000) >> 10U)));
      out.push_back(static_cast<char16_t>(0xdc00 + (c & 0x3ffU)));
    }
  }
  return out;
}

std::string Utf8Of(std::u16string_view utf16) {
  std::string out;
  out.reserve(utf16.size());
  while (!utf16.empty()) Append(TakeUtf16(utf16), out);
  return out;
}

std::string TextOf(JNIEnv* env, jstring text) {
  if (text == nullptr) return {};
  std::u16string units(static_cast<std::size_t>(env->GetStringLength(text)), u'\0');
  env->GetStringRegion(text, 0, static_cast<jsize>(units.size()),
                       reinterpret_cast<jchar*>(units.data()));
  CheckJava(env);
  return Utf8Of(units);
}

jstring JavaText(JNIEnv* env, std::string_view text) {
  const std::u16string units = Utf16Of(text);
  jstring out = env->NewString(reinterpret_cast<const jchar*>(units.data()),
                               static_cast<jsize>(units.size()));
  CheckJava(env);
  return out;
}

}  // namespace onair::jni
