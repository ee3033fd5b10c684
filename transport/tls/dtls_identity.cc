// SPDX-License-Identifier: Apache-2.0
#include "transport/tls/dtls_identity.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/x509.h>

#include <array>

#include "transport/tls/dtls_library.h"

namespace onair::dtls {
namespace {

// Nobody who goes by fingerprints looks at the dates. From yesterday, because the peer's clock
// may be late; Source: ours, longer than any process that makes one is likely to run.
constexpr long kFromSeconds = -24 * 3600;
constexpr long kToSeconds = 400L * 24 * 3600;

// With forward secrecy and authenticated encryption; a peer's certificate may be RSA's.
// RFC 8827 section 6.5: "MUST support TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256".
constexpr const char* kCiphers = "ECDHE+AESGCM:ECDHE+CHACHA20";
constexpr const char* kGroups = "X25519:P-256";

// A chain of a few certificates fits. The library's default of 100 KiB is for other trades: so
// much could a stranger make each end hold.
constexpr long kMaxChainBytes = 16 * 1024;

struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct FreeCertificate {
  void operator()(X509* certificate) const { X509_free(certificate); }
};
using KeyPtr = std::unique_ptr<EVP_PKEY, FreeKey>;
using CertificatePtr = std::unique_ptr<X509, FreeCertificate>;

bool SetSerial(X509& certificate) {
  // RFC 5280 section 4.1.2.2: positive and at most 20 octets.
  std::array<std::uint8_t, 8> random;
  if (RAND_bytes(random.data(), static_cast<int>(random.size())) != 1) return false;
  std::uint64_t serial = 1;
  for (const std::uint8_t byte : random) serial = (serial << 7) ^ byte;
  return ASN1_INTEGER_set_uint64(X509_get_serialNumber(&certificate), serial >> 1 | 1) == 1;
}

// The name says nothing about us: a peer shall learn no more than the fingerprint.
bool SetNames(X509& certificate) {
  X509_NAME* name = X509_get_subject_name(&certificate);
  return X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                                    reinterpret_cast<const unsigned char*>("WebRTC"), -1, -1,
                                    0) == 1 &&
         X509_set_issuer_name(&certificate, name) == 1;
}

CertificatePtr Certify(EVP_PKEY& key) {
  CertificatePtr certificate(X509_new());
  if (!certificate) return nullptr;
  X509* x509 = certificate.get();
  const bool is_made = X509_set_version(x509, X509_VERSION_3) == 1 && SetSerial(*x509) &&
                       SetNames(*x509) &&
                       X509_gmtime_adj(X509_getm_notBefore(x509), kFromSeconds) != nullptr &&
                       X509_gmtime_adj(X509_getm_notAfter(x509), kToSeconds) != nullptr &&
                       X509_set_pubkey(x509, &key) == 1 && X509_sign(x509, &key, EVP_sha256()) > 0;
  return is_made ? std::move(certificate) : nullptr;
}

// In place of the library's chain building: self-signed certificates have no chain.
int VerifyByFingerprint(X509_STORE_CTX* store, void*) {
  auto* session =
      static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  auto* user = static_cast<LibraryUser*>(SSL_get_app_data(session));
  const X509* certificate = X509_STORE_CTX_get0_cert(store);
  if (certificate != nullptr && user->IsAnnounced(*certificate)) return 1;
  X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_REJECTED);  // Tells bad_certificate.
  return 0;
}

tls::ContextPtr NewContext(EVP_PKEY& key, X509& certificate) {
  tls::ContextPtr context(SSL_CTX_new(DTLS_method()));
  if (!context) return nullptr;
  SSL_CTX* c = context.get();
  SSL_CTX_set_options(c, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET |
                             SSL_OP_NO_QUERY_MTU | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_session_cache_mode(c, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_max_cert_list(c, kMaxChainBytes);
  SSL_CTX_set_read_ahead(c, 1);  // A datagram is read whole or its rest is lost.
  SSL_CTX_set_verify(c, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  SSL_CTX_set_cert_verify_callback(c, VerifyByFingerprint, nullptr);
  const bool is_ready =
      SSL_CTX_set_min_proto_version(c, DTLS1_2_VERSION) == 1 &&
      SSL_CTX_set_max_proto_version(c, DTLS1_2_VERSION) == 1 &&
      SSL_CTX_set_cipher_list(c, kCiphers) == 1 && SSL_CTX_set1_groups_list(c, kGroups) == 1 &&
      SSL_CTX_use_certificate(c, &certificate) == 1 && SSL_CTX_use_PrivateKey(c, &key) == 1;
  return is_ready ? std::move(context) : nullptr;
}

}  // namespace

Result<Identity> Identity::Generate() {
  ERR_clear_error();
  const auto fail = [] {
    const auto [reason, native] = tls::TakeLibraryError();
    return Fail(ErrorCode::kInternal, "no DTLS identity: " + reason, native);
  };
  const KeyPtr key(EVP_EC_gen("P-256"));
  if (!key) return fail();
  const CertificatePtr certificate = Certify(*key);
  if (!certificate) return fail();
  auto fingerprint = FingerprintOf(*certificate, FingerprintHash::kSha256);
  Context context{NewContext(*key, *certificate), NewDatagramMethod()};
  if (!fingerprint || !context.context || !context.datagrams) return fail();
  return Identity(std::make_shared<const Context>(std::move(context)), std::move(*fingerprint));
}

}  // namespace onair::dtls
