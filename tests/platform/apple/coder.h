// SPDX-License-Identifier: Apache-2.0
//
// Coders that an app may bring along: real ones, of which the face knows nothing.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

// Times in seconds.
struct CodedFrame {
  int kind = 0;  // As ONFrameKind numbers them.
  std::vector<std::uint8_t> bytes;
  double presented_at = 0;
  double decoded_at = 0;
};

// H.264 of a bright bar that moves, as moving_bar.h draws it.
class BarCoder {
 public:
  struct Wish {
    int width;
    int height;
    double frame_rate;
    std::int64_t bits_per_second;
    double look_ahead = 0;  // Above 0: with B pictures.
  };
  explicit BarCoder(const Wish& wish);
  ~BarCoder();

  const std::vector<std::uint8_t>& record() const { return record_; }
  void SetRate(std::int64_t bits_per_second);
  void WantKeyFrame() { is_key_wanted_ = true; }
  std::vector<CodedFrame> Encode(int bar_at, double at);

 private:
  struct Parts;
  const Wish wish_;
  const std::unique_ptr<Parts> parts_;
  std::vector<std::uint8_t> record_;
  std::int64_t rate_;
  bool is_key_wanted_ = false;
};

// AAC of interleaved samples at 48 kHz, two channels.
class SoundCoder {
 public:
  SoundCoder();
  ~SoundCoder();

  const std::vector<std::uint8_t>& record() const { return record_; }
  std::vector<CodedFrame> Encode(const std::vector<float>& samples, double at);

 private:
  struct Parts;
  const std::unique_ptr<Parts> parts_;
  std::vector<std::uint8_t> record_;
};

// I420 in rows without padding.
struct BarePicture {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> bytes;
  double presented_at = 0;
};

// Of H.264.
class PictureCoder {
 public:
  PictureCoder();
  ~PictureCoder();

  bool Configure(const std::uint8_t* record, std::size_t size, int width, int height);
  bool Decode(const CodedFrame& frame, std::vector<BarePicture>& out);
  void Flush(std::vector<BarePicture>& out);
  void Reset();

 private:
  struct Parts;
  const std::unique_ptr<Parts> parts_;
};
