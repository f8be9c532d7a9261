// Certificates for tests: a CA and leaves with SPIFFE names, made with OpenSSL and written to a folder of
// their own.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "net/tls.hpp"

struct evp_pkey_st;
struct x509_st;

namespace scop::test {

// A folder below the system's temporary one, removed at the end.
class Folder {
 public:
  Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder();
  std::filesystem::path path;
};

struct Leaf {
  std::vector<std::string> uris;
  std::string dns_name;
  long from_seconds = -3600;  // relative to now
  long to_seconds = 86'400;
};

class Authority {
 public:
  explicit Authority(std::filesystem::path folder);
  ~Authority();
  // Writes <file>.pem and <file>.key.
  void issue(const std::string& file, const Leaf& leaf) const;
  std::filesystem::path ca() const { return folder_ / "ca.pem"; }
  std::filesystem::path certificate(const std::string& file) const { return folder_ / (file + ".pem"); }
  std::filesystem::path key(const std::string& file) const { return folder_ / (file + ".key"); }

  // The pipe context of spiffe://mesh.test/<name>, trusting `trusted` (by default this authority).
  net::TlsContext pipe(const std::string& name, const std::filesystem::path& trusted = {}) const;
  net::TlsContext pipe(const std::string& file, const Leaf& leaf,
                       const std::filesystem::path& trusted = {}) const;

 private:
  std::filesystem::path folder_;
  std::shared_ptr<evp_pkey_st> key_;
  std::shared_ptr<x509_st> certificate_;
};

inline constexpr const char* trust_domain = "mesh.test";

}  // namespace scop::test
