// SPDX-License-Identifier: Apache-2.0
#include "platform/android/jni/arguments.h"

#include <array>
#include <cstring>
#include <memory>
#include <utility>

#include "platform/android/jni/answer.h"
#include "platform/android/jni/direct_buffer.h"
#include "platform/android/jni/text.h"

namespace onair::jni {
namespace {

constexpr std::size_t kSamplesMost = 960'000;  // Of a channel: 10 s at 96 kHz.

// As Java numbers them.
constexpr jint kFloat = 1;
constexpr jint kS16 = 2;

constexpr std::array<const char*, 3> kPlaneNames{"picture.planes[0]", "picture.planes[1]",
                                                 "picture.planes[2]"};

float SampleAt(const std::uint8_t* bytes, jint format) {
  if (format == kFloat) {
    float sample = 0;
    std::memcpy(&sample, bytes, sizeof(sample));
    return sample;
  }
  std::int16_t sample = 0;
  std::memcpy(&sample, bytes, sizeof(sample));
  return static_cast<float>(sample) / 32768.0F;
}

}  // namespace

Pairs PairsOf(JNIEnv* env, jobjectArray texts) {
  Pairs pairs;
  const jsize count = env->GetArrayLength(texts);
  for (jsize i = 0; i < count; ++i) {
    auto text = static_cast<jstring>(env->GetObjectArrayElement(texts, i));
    CheckJava(env);
    pairs.push_back(TextOf(env, text));
    env->DeleteLocalRef(text);
  }
  return pairs;
}

Result<std::optional<IpAddress>> AddressOf(JNIEnv* env, jstring text) {
  if (text == nullptr) return std::optional<IpAddress>();
  auto address = IpAddress::Parse(TextOf(env, text));
  if (!address) return Refuse("localAddress");
  return address;
}

Result<GivenPicture> PictureOf(JNIEnv* env, std::span<const jobject> buffers, jintArray layout) {
  const auto head = IntsOf<4>(env, layout);
  PictureLayout picture{static_cast<Pixels>(head[0]), {head[1], head[2]}, {}};
  std::array<jint, 12> planes{};
  const auto count = PlaneCount(picture.pixels);
  env->GetIntArrayRegion(layout, 4, static_cast<jsize>(4 * count), planes.data());
  CheckJava(env);
  for (std::size_t i = 0; i < count; ++i) {
    const auto bytes = BytesOf(env, buffers[i], {planes[4 * i], planes[4 * i + 1]}, kPlaneNames[i]);
    if (!bytes) return Forward(bytes);
    picture.planes[i] = {*bytes, planes[4 * i + 2], planes[4 * i + 3]};
  }
  auto read = Read(picture);
  if (!read) return Forward(read);
  return GivenPicture{*read, picture.size, static_cast<Rotation>(head[3] + 1)};
}

Result<TakenPicture> TakePicture(JNIEnv* env, const void* owner, const PictureRequest& request) {
  const auto given = PictureOf(env, request.buffers, request.layout);
  if (!given) return Forward(given);
  std::shared_ptr<Loan> loan;
  if (request.give_back != nullptr) {
    loan = std::make_shared<Loan>(env, owner, request.buffers, request.give_back);
  }
  if (loan == nullptr || given->planes.is_swapped) {
    auto copy = CopyOf(given->planes, given->size);
    if (!copy) return Forward(copy);
    if (loan != nullptr) loan->Take();  // And is given back at once.
    return TakenPicture{std::move(*copy), given->rotation};
  }
  TakenPicture taken{Picture(given->planes.format, given->size, given->planes.planes, loan),
                     given->rotation};
  loan->Take();
  return taken;
}

Result<AudioBlock> SoundOf(JNIEnv* env, const GivenSound& sound) {
  const auto [offset, size, format, sample_rate, channels] = IntsOf<5>(env, sound.layout);
  const auto bytes = BytesOf(env, sound.samples, {offset, size}, "sound.samples");
  if (!bytes) return Forward(bytes);
  if (format != kFloat && format != kS16) return Refuse("sound.format");
  if (sample_rate < 8'000 || sample_rate > 96'000) return Refuse("sound.sampleRate");
  if (channels < 1 || channels > 2) return Refuse("sound.channels");
  const std::size_t sample_bytes = format == kFloat ? sizeof(float) : sizeof(std::int16_t);
  const std::size_t frame_bytes = sample_bytes * static_cast<std::size_t>(channels);
  const std::size_t frames = bytes->size() / frame_bytes;
  if (frames < 1 || frames > kSamplesMost || bytes->size() % frame_bytes != 0) {
    return Refuse("sound.samples");
  }
  AudioBlock block{{sample_rate, channels}, {}, MediaTime::Zero(), sound.at};
  block.samples.reserve(bytes->size() / sample_bytes);
  for (std::size_t at = 0; at < bytes->size(); at += sample_bytes) {
    block.samples.push_back(SampleAt(bytes->data() + at, format));
  }
  return block;
}

}  // namespace onair::jni
