// SPDX-License-Identifier: Apache-2.0
//
// The least a program can do to get a stream's first key frame: one blocking socket, one request,
// no library. It asks for no more than it needs and checks no more than keeps it inside its
// buffers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace onair::bench {

using Bytes = std::vector<std::uint8_t>;

struct FirstKey {
  Bytes config;  // AVCDecoderConfigurationRecord.
  Bytes frame;   // Length-prefixed NAL units.
};

// The socket after the request is on its way; ReadFirstKey() takes the answer. Aborts the program
// where the server does not do as expected.
class FirstFrameSource {
 public:
  // http://IP:PORT/app/name.flv or rtmp://IP:PORT/app/name, all of RTMP's requests in one flight.
  explicit FirstFrameSource(const std::string& url);
  ~FirstFrameSource();
  FirstFrameSource(const FirstFrameSource&) = delete;
  FirstFrameSource& operator=(const FirstFrameSource&) = delete;

  FirstKey ReadFirstKey();

 private:
  void Connect(const std::string& host, const std::string& port);
  void Send(const std::string& bytes);
  Bytes Read(std::size_t size);
  std::uint32_t ReadNumber(int bytes);
  void SkipHttpHead();
  Bytes NextFlvVideo();
  Bytes NextRtmpVideo();

  // What a chunk stream's next chunk may leave out.
  struct Chunks {
    std::uint32_t length = 0;
    std::uint32_t timestamp = 0;
    std::uint8_t type = 0;
    Bytes body;
  };

  bool is_rtmp_ = false;
  int socket_ = -1;
  Bytes buffer_;
  std::size_t at_ = 0;
  std::uint32_t chunk_size_ = 128;
  Chunks chunks_[64];
};

}  // namespace onair::bench
