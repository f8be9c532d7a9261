// The daemon's pipe identity on disk: <daemon>/cert/{cert,key}.pem and the mesh CA's certificate. Leaves live
// for weeks and are renewed under the running daemon: whoever owns this asks changed() now and then.
#pragma once

#include <array>
#include <chrono>
#include <filesystem>
#include <optional>
#include <string_view>

#include "core/error.hpp"
#include "net/file_stamp.hpp"
#include "net/tls.hpp"
#include "settings/mesh.hpp"

namespace scop::daemon {

class Certificates {
 public:
  Certificates(const settings::Mesh& mesh, std::string_view daemon);

  // A set that does not fit together (a renewal half done) is an error and is still changed().
  Outcome<net::TlsContext> load();
  bool changed() const;  // since the last load that went well

  const std::filesystem::path& folder() const { return folder_; }
  const std::filesystem::path& authority() const { return authority_; }

 private:
  using Stamps = std::array<net::FileStamp, 3>;
  Stamps stamps() const;

  std::filesystem::path folder_;
  std::filesystem::path authority_;
  std::optional<Stamps> loaded_;
};

// How long the context's own certificate is still valid; negative once it has expired.
std::chrono::seconds remaining_validity(const net::TlsContext& context);
// When it ends, in seconds since 1970; for gauges.
double expiry_of(const net::TlsContext& context);

}  // namespace scop::daemon
