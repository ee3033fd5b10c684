// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/first_frame_source.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace onair::bench {
namespace {

constexpr std::size_t kMaxMessage = 16u << 20;

[[noreturn]] void Die(const char* what) {
  std::fprintf(stderr, "first_frame_floor: %s\n", what);
  std::exit(1);
}

std::string AmfText(const std::string& text) {
  std::string head{'\x02', static_cast<char>(text.size() >> 8), static_cast<char>(text.size())};
  return head + text;
}
std::string AmfNumber(const char* eight) {
  return std::string(1, '\0') + std::string(eight, 8);
}
std::string AmfKey(const std::string& key) {
  return AmfText(key).substr(1);
}

// One message in chunks of the 128 bytes that hold until somebody says otherwise (RTMP 1.0, 5.4.1).
std::string Message(std::uint8_t stream, const std::string& body) {
  constexpr std::size_t kChunk = 128;
  std::string out{'\x03',
                  0,
                  0,
                  0,
                  0,
                  static_cast<char>(body.size() >> 8),
                  static_cast<char>(body.size()),
                  '\x14',
                  static_cast<char>(stream),
                  0,
                  0,
                  0};
  for (std::size_t at = 0; at < body.size(); at += kChunk) {
    if (at > 0) out += '\xC3';
    out += body.substr(at, kChunk);
  }
  return out;
}

std::string RtmpRequest(const std::string& host, const std::string& app, const std::string& name) {
  const std::string one = AmfNumber("\x3F\xF0\0\0\0\0\0\0");
  const std::string two = AmfNumber("\x40\0\0\0\0\0\0\0");
  const std::string zero = AmfNumber("\0\0\0\0\0\0\0\0");
  const std::string null = "\x05";
  const std::string end{'\0', '\0', '\x09'};
  const std::string object = "\x03" + AmfKey("app") + AmfText(app) + AmfKey("tcUrl") +
                             AmfText("rtmp://" + host + "/" + app) + end;
  return "\x03" + std::string(2 * 1536, '\0') + Message(0, AmfText("connect") + one + object) +
         Message(0, AmfText("createStream") + two + null) +
         Message(1, AmfText("play") + zero + null + AmfText(name));
}

}  // namespace

FirstFrameSource::FirstFrameSource(const std::string& url) : is_rtmp_(url.starts_with("rtmp://")) {
  const std::size_t host_at = url.find("://") + 3;
  const std::size_t port_at = url.find(':', host_at);
  const std::size_t path_at = url.find('/', host_at);
  if (host_at < 3 || port_at == std::string::npos || path_at == std::string::npos) Die("the URL");
  const std::string host = url.substr(host_at, port_at - host_at);
  Connect(host, url.substr(port_at + 1, path_at - port_at - 1));
  const std::string path = url.substr(path_at);
  if (is_rtmp_) {
    const std::size_t name_at = path.find('/', 1);
    if (name_at == std::string::npos) Die("the URL");
    Send(RtmpRequest(host, path.substr(1, name_at - 1), path.substr(name_at + 1)));
  } else {
    // HTTP/1.0: nobody answers in chunks.
    Send("GET " + path + " HTTP/1.0\r\nHost: " + host + "\r\n\r\n");
  }
}

FirstFrameSource::~FirstFrameSource() {
  ::close(socket_);
}

void FirstFrameSource::Connect(const std::string& host, const std::string& port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(std::atoi(port.c_str())));
  if (inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1) Die("no literal IPv4 address");
  socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
  const int on = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    Die("no connection");
  }
}

void FirstFrameSource::Send(const std::string& bytes) {
  if (::send(socket_, bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    Die("cannot send");
  }
}

Bytes FirstFrameSource::Read(std::size_t size) {
  if (size > kMaxMessage) Die("no media");
  while (buffer_.size() - at_ < size) {
    std::uint8_t more[65536];
    const ssize_t got = ::recv(socket_, more, sizeof more, 0);
    if (got <= 0) Die("the server ended the stream");
    buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(at_));
    at_ = 0;
    buffer_.insert(buffer_.end(), more, more + got);
  }
  const auto begin = buffer_.begin() + static_cast<std::ptrdiff_t>(at_);
  at_ += size;
  return {begin, begin + static_cast<std::ptrdiff_t>(size)};
}

std::uint32_t FirstFrameSource::ReadNumber(int bytes) {
  std::uint32_t number = 0;
  for (const std::uint8_t byte : Read(static_cast<std::size_t>(bytes))) number = number << 8 | byte;
  return number;
}

void FirstFrameSource::SkipHttpHead() {
  std::string head;
  while (!head.ends_with("\r\n\r\n")) head += static_cast<char>(ReadNumber(1));
  if (head.find(" 200 ") == std::string::npos) Die("not 200");
}

// The body of the next video tag.
Bytes FirstFrameSource::NextFlvVideo() {
  while (true) {
    const std::uint32_t type = ReadNumber(1);
    const std::uint32_t size = ReadNumber(3);
    Read(7);  // Timestamp, stream.
    Bytes body = Read(size);
    Read(4);
    if (type == 9) return body;
  }
}

// The body of the next video message (RTMP 1.0, 5.3.1).
Bytes FirstFrameSource::NextRtmpVideo() {
  while (true) {
    const std::uint32_t first = ReadNumber(1);
    const std::uint32_t format = first >> 6;
    Chunks& chunks = chunks_[first & 63];
    if ((first & 63) < 2) Die("a chunk stream's number of two bytes");
    if (format < 3) chunks.timestamp = ReadNumber(3);
    if (format < 2) {
      chunks.length = ReadNumber(3);
      chunks.type = static_cast<std::uint8_t>(ReadNumber(1));
    }
    if (format == 0) Read(4);
    if (chunks.timestamp == 0xFFFFFF) Read(4);
    if (chunks.length > kMaxMessage) Die("no media");
    const Bytes part = Read(std::min<std::size_t>(chunk_size_, chunks.length - chunks.body.size()));
    chunks.body.insert(chunks.body.end(), part.begin(), part.end());
    if (chunks.body.size() < chunks.length) continue;
    Bytes body = std::move(chunks.body);
    chunks.body.clear();
    if (chunks.type == 1 && body.size() == 4) {
      chunk_size_ =
          static_cast<std::uint32_t>(body[0]) << 24 | body[1] << 16 | body[2] << 8 | body[3];
    }
    if (chunks.type == 9) return body;
  }
}

FirstKey FirstFrameSource::ReadFirstKey() {
  if (is_rtmp_) {
    Read(1 + 2 * 1536);  // S0, S1, S2.
  } else {
    SkipHttpHead();
    Read(13);  // "FLV", flags, the size of the tag before the first.
  }
  FirstKey key;
  while (true) {
    const Bytes body = is_rtmp_ ? NextRtmpVideo() : NextFlvVideo();
    constexpr std::size_t kHead = 5;  // Kind and codec, packet type, composition time.
    if (body.size() <= kHead || (body[0] & 0x0F) != 7) continue;
    const Bytes rest(body.begin() + kHead, body.end());
    if (body[1] == 0) key.config = rest;
    if (body[1] == 1 && body[0] >> 4 == 1 && !key.config.empty()) {
      key.frame = rest;
      return key;
    }
  }
}

}  // namespace onair::bench
