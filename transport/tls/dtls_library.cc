// SPDX-License-Identifier: Apache-2.0
//
// The library's own memory BIO is a stream of bytes; this one keeps the borders of datagrams.
#include "transport/tls/dtls_library.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace onair::dtls {
namespace {

int ReadDatagram(BIO* bio, char* out, int room) {
  BIO_clear_retry_flags(bio);
  const auto datagram = static_cast<LibraryUser*>(BIO_get_data(bio))->TakeInput();
  if (!datagram) {
    BIO_set_retry_read(bio);
    return -1;
  }
  // As recv() does: what has no room is lost.
  const std::size_t taken = std::min(datagram->size(), static_cast<std::size_t>(room));
  std::memcpy(out, datagram->data(), taken);
  return static_cast<int>(taken);
}

int WriteDatagram(BIO* bio, const char* in, int size) {
  BIO_clear_retry_flags(bio);
  static_cast<LibraryUser*>(BIO_get_data(bio))
      ->KeepOutput({reinterpret_cast<const std::uint8_t*>(in), static_cast<std::size_t>(size)});
  return size;
}

long Control(BIO*, int command, long, void*) {
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

const EVP_MD* Algorithm(FingerprintHash hash) {
  switch (hash) {
    case FingerprintHash::kSha256:
      return EVP_sha256();
    case FingerprintHash::kSha384:
      return EVP_sha384();
    case FingerprintHash::kSha512:
      return EVP_sha512();
  }
  return nullptr;
}

}  // namespace

BioMethodPtr NewDatagramMethod() {
  BioMethodPtr method(BIO_meth_new(BIO_TYPE_SOURCE_SINK, "datagrams"));
  if (!method) return nullptr;
  BIO_meth_set_read(method.get(), ReadDatagram);
  BIO_meth_set_write(method.get(), WriteDatagram);
  BIO_meth_set_ctrl(method.get(), Control);
  return method;
}

BIO* NewDatagramBio(const BIO_METHOD& method, LibraryUser& user) {
  BIO* bio = BIO_new(&method);
  if (bio == nullptr) return nullptr;
  BIO_set_data(bio, &user);
  BIO_set_init(bio, 1);
  return bio;
}

std::optional<Fingerprint> FingerprintOf(const X509& certificate, FingerprintHash hash) {
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest;
  unsigned int size = 0;
  const EVP_MD* algorithm = Algorithm(hash);
  if (algorithm == nullptr || X509_digest(&certificate, algorithm, digest.data(), &size) != 1) {
    return std::nullopt;
  }
  return Fingerprint{hash, Bytes(digest.begin(), digest.begin() + size)};
}

}  // namespace onair::dtls
