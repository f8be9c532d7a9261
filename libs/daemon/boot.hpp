// The Boot of one daemon: what the boot sequence has read and opened, handed to the service.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "daemon/certificates.hpp"
#include "daemon/service.hpp"
#include "topology/topology.hpp"

namespace scop::daemon {

class Booted final : public Boot {
 public:
  Booted(const topology::Daemon& daemon, const config::Document& document, settings::Mesh mesh);

  asio::io_context& io() override { return io_; }
  const Log& log() override { return log_; }
  const config::Document& document() override { return document_; }
  const settings::Mesh& mesh() override { return mesh_; }
  pipe::Server& server() override { return server_; }
  metrics::Registry& metrics() override { return metrics_; }
  pipe::Channel& channel(std::string_view callee) override;
  const std::filesystem::path& state() override { return state_; }

  Outcome<> bind_server();
  // Reads the certificates (again) and gives them to the server and every channel.
  Outcome<> use_certificates();
  const Certificates& certificates() const { return certificates_; }
  void warn_of_expiry() const;
  std::chrono::seconds certificate_left() const;  // 0 where none is loaded
  double certificate_expiry() const { return identity_ ? expiry_of(*identity_) : 0; }

  uid_t own_user() const;  // 0: nobody asked for one
  std::vector<std::uint16_t> callee_ports() const;

 private:
  const topology::Daemon& daemon_;
  const config::Document& document_;
  settings::Mesh mesh_;
  asio::io_context io_{1};
  Log log_;
  metrics::Registry metrics_;
  pipe::Server server_;
  std::filesystem::path state_;
  Certificates certificates_;
  std::optional<net::TlsContext> identity_;
  std::map<std::string, std::unique_ptr<pipe::Channel>, std::less<>> channels_;
};

}  // namespace scop::daemon
