// SPDX-License-Identifier: Apache-2.0
//
// Certificates made on the spot, so that none lie in the tree and none expire there.
//
//   const tls::test::CertificateFiles files({.names = {"DNS:edge.test"}});
//   files.ca_file, files.chain_file, files.key_file   // gone with `files`
#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/base/check.h"

namespace onair::tls::test {

struct CertificateOptions {
  // Subject alternative names in OpenSSL's words: "DNS:host", "DNS:*.host", "IP:127.0.0.1".
  std::vector<std::string> names = {"DNS:edge.test", "DNS:localhost", "IP:127.0.0.1"};
  // Validity of the leaf, seconds relative to now.
  long valid_from_s = -3600;
  long valid_until_s = 3600;
  std::string common_name = "Onair test server";
};

namespace internal {

struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct FreeCertificate {
  void operator()(X509* certificate) const { X509_free(certificate); }
};
using Key = std::unique_ptr<EVP_PKEY, FreeKey>;
using Certificate = std::unique_ptr<X509, FreeCertificate>;

inline void AddExtension(X509* certificate, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  ONAIR_CHECK(extension != nullptr);
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

inline Certificate NewCertificate(const std::string& common_name, long serial, EVP_PKEY* key) {
  Certificate certificate(X509_new());
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial);
  X509_set_pubkey(certificate.get(), key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(common_name.c_str()), -1, -1,
                             0);
  return certificate;
}

template <typename Write>
void WriteFile(const std::string& path, Write write) {
  std::FILE* file = std::fopen(path.c_str(), "wb");
  ONAIR_CHECK(file != nullptr);
  ONAIR_CHECK(write(file) == 1);
  std::fclose(file);
}

}  // namespace internal

// A certificate authority and one server certificate under it, as PEM files in a folder of
// their own that lives as long as this object.
class CertificateFiles {
 public:
  explicit CertificateFiles(const CertificateOptions& options = {}) {
    std::string pattern = (std::filesystem::temp_directory_path() / "onair-tls-XXXXXX").string();
    ONAIR_CHECK(mkdtemp(pattern.data()) != nullptr);
    folder_ = pattern;
    ca_file = folder_ + "/ca.pem";
    chain_file = folder_ + "/chain.pem";
    key_file = folder_ + "/key.pem";
    Make(options);
  }
  ~CertificateFiles() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  CertificateFiles(const CertificateFiles&) = delete;
  CertificateFiles& operator=(const CertificateFiles&) = delete;

  std::string ca_file;
  std::string chain_file;
  std::string key_file;

 private:
  void Make(const CertificateOptions& options) {
    using namespace internal;
    const Key ca_key(EVP_EC_gen("P-256"));
    const Certificate ca = NewCertificate("Onair test authority", 1, ca_key.get());
    X509_set_issuer_name(ca.get(), X509_get_subject_name(ca.get()));
    X509_gmtime_adj(X509_getm_notBefore(ca.get()), -7200);
    X509_gmtime_adj(X509_getm_notAfter(ca.get()), 7200);
    AddExtension(ca.get(), NID_basic_constraints, "critical,CA:TRUE");
    ONAIR_CHECK(X509_sign(ca.get(), ca_key.get(), EVP_sha256()) > 0);

    const Key key(EVP_EC_gen("P-256"));
    const Certificate leaf = NewCertificate(options.common_name, 2, key.get());
    X509_set_issuer_name(leaf.get(), X509_get_subject_name(ca.get()));
    X509_gmtime_adj(X509_getm_notBefore(leaf.get()), options.valid_from_s);
    X509_gmtime_adj(X509_getm_notAfter(leaf.get()), options.valid_until_s);
    std::string names;
    for (const std::string& name : options.names) names += (names.empty() ? "" : ",") + name;
    AddExtension(leaf.get(), NID_subject_alt_name, names);
    ONAIR_CHECK(X509_sign(leaf.get(), ca_key.get(), EVP_sha256()) > 0);

    WriteFile(ca_file, [&](std::FILE* f) { return PEM_write_X509(f, ca.get()); });
    WriteFile(chain_file, [&](std::FILE* f) { return PEM_write_X509(f, leaf.get()); });
    WriteFile(key_file, [&](std::FILE* f) {
      return PEM_write_PrivateKey(f, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    });
  }

  std::string folder_;
};

}  // namespace onair::tls::test
