// The one boot sequence every daemon shares:
//   configuration slice → bind() as the starting user → drop to the own user → open() → jail → start() →
//   ready → loop.
// No thread may be started before start(): Landlock and seccomp are set on the main thread and inherited.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string_view>

#include "asio/task.hpp"
#include "config/document.hpp"
#include "daemon/walls.hpp"
#include "log/log.hpp"
#include "metrics/registry.hpp"
#include "pipe/channel.hpp"
#include "pipe/server.hpp"
#include "settings/mesh.hpp"

namespace scop::daemon {

// What the boot sequence hands to a service; outlives it.
class Boot {
 public:
  virtual ~Boot() = default;
  virtual asio::io_context& io() = 0;
  virtual const Log& log() = 0;
  virtual const config::Document& document() = 0;
  virtual const settings::Mesh& mesh() = 0;
  virtual pipe::Server& server() = 0;
  virtual metrics::Registry& metrics() = 0;  // told as scop.v1.Daemon/Metrics
  // The pipe to a declared callee; made once.
  virtual pipe::Channel& channel(std::string_view callee) = 0;
  virtual const std::filesystem::path& state() = 0;  // the own state folder; exists
};

class Service {
 public:
  virtual ~Service() = default;
  // Reads the own section, nothing else; --check ends here. A service may as well leave all reading to
  // bind().
  virtual void configure(const config::Document& document) { static_cast<void>(document); }
  virtual Outcome<> bind(Boot& boot) = 0;  // public ports, public TLS keys; reads the settings
  virtual Outcome<> open(Boot& boot) = 0;  // secrets, databases; registers the methods it serves
  virtual Walls walls() const = 0;
  virtual void start() = 0;                     // inside the jail: threads, loops
  virtual void reload() = 0;                    // SIGHUP: certificates, keys
  virtual Task<> drain(Deadline deadline) = 0;  // SIGTERM: finish what was begun, take nothing new
};

// The whole life of a daemon: --config FILE, --check, --health, --help, --version. Returns the exit status: 0
// good, 1 it could not run, 2 the configuration or command line is wrong; a daemon that has run ends by
// _exit.
int run(int argc, char** argv, std::string_view name, const std::function<std::unique_ptr<Service>()>& make);

}  // namespace scop::daemon
