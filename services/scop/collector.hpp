// Asks every daemon of the mesh for its metrics, all at once, each over a pipe that is kept; one that is down
// or slow holds up nobody.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "asio/task.hpp"
#include "metrics/registry.hpp"
#include "pipe/channel.hpp"
#include "settings/mesh.hpp"

namespace scop::command {

class Collector {
 public:
  Collector(asio::io_context& io, const Log& log, const settings::Mesh& mesh);

  void use(const net::TlsContext& identity);  // later too: a renewed certificate
  // Of all daemons, each sample with its daemon's name; scop_up says who has answered.
  Task<std::vector<metrics::Family>> collect(std::chrono::milliseconds patience);
  std::vector<std::uint16_t> ports() const;

 private:
  struct Gathering;
  struct Asked {
    std::string daemon;
    std::uint16_t port = 0;
    std::unique_ptr<pipe::Channel> channel;
  };
  static Task<> ask(std::shared_ptr<Gathering> gathering, Asked& asked, Deadline deadline);

  asio::io_context& io_;
  std::vector<Asked> all_;
};

// What one daemon told, as families; what is no metric is left out when it is written.
std::vector<metrics::Family> families_of(const std::string& daemon, const v1::MetricsReply& reply);

}  // namespace scop::command
