// A folder as `scop init` makes it, for one daemon ("accounts" unless said otherwise) with a service that
// does little.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "child.hpp"
#include "daemon/service.hpp"
#include "mesh_ca/certificate.hpp"

namespace scop::daemon {

// Logs what it is told to do; drains for a moment.
class QuietService : public Service {
 public:
  Outcome<> bind(Boot& boot) override;
  Outcome<> open(Boot& boot) override;
  Walls walls() const override { return {}; }
  void start() override;
  void reload() override;
  Task<> drain(Deadline deadline) override;

 private:
  Boot* boot_ = nullptr;
};

using Make = std::function<std::unique_ptr<Service>()>;

class Instance {
 public:
  explicit Instance(std::string daemon = "accounts");
  ~Instance();
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;

  const std::filesystem::path& root() const { return root_; }
  const std::string& daemon() const { return daemon_; }
  void configure(std::string_view more);  // more lines of scop.toml
  void renew_certificate();
  void give_to(uid_t user) const;

  // `scop-<daemon> --config scop.toml <more arguments>` in a child, to its end.
  Fate run(std::vector<std::string> arguments = {}, const Make& make = quiet()) const;
  int run_here(std::vector<std::string> arguments, const Make& make) const;
  static Make quiet();

 private:
  std::string daemon_;
  std::filesystem::path root_;
  mesh_ca::Pair ca_;
  unsigned short port_ = 0;
};

// A daemon that runs in a child until it is told to end.
class Running {
 public:
  explicit Running(const Instance& instance, const Make& make = Instance::quiet());
  ~Running();
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  bool is_ready() const { return is_ready_; }
  pid_t pid() const { return pid_; }
  // Reads its log until `text` comes, or its end.
  bool says(std::string_view text);
  void signal(int number) const;
  Fate end();  // waits for it

 private:
  bool read_more();
  pid_t pid_ = -1;
  int output_ = -1;
  bool is_ready_ = false;
  std::string seen_;
};

}  // namespace scop::daemon
