// Runs the mesh's daemons as children: starts them all at once (their pipes connect in any order), waits for
// their readiness, restarts what dies with backoff, and ends them gracefully: edges first, then the rest.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "asio/task.hpp"
#include "log/form.hpp"
#include "scop/child.hpp"
#include "scop/log_file.hpp"

namespace scop::command {

struct Supervised {
  std::string name;
  std::filesystem::path program;
  bool is_edge = false;                  // listens to the world: it ends first
  std::vector<std::string> arguments{};  // beside --config
};

// What the supervisor tells of.
struct Watcher {
  std::function<void(const std::string& name, std::string_view line)>
      said;  // a line of output, without its end
  std::function<void(const std::string& name, std::string_view event)> changed;
  std::function<void()> all_ready;  // once
  std::function<void()> all_ended;  // once, the last thing
};

class Supervisor {
 public:
  Supervisor(asio::io_context& io, std::filesystem::path config, std::filesystem::path folder,
             std::vector<Supervised> daemons, Watcher watcher, LogForm form);
  ~Supervisor();

  void start();
  void end();     // gracefully
  void reload();  // SIGHUP to all
  // 0; 1 where one could not be started at all (its configuration is wrong), which ends the others too.
  int exit_status() const;
  pid_t process_of(std::string_view name) const;  // 0: none

 private:
  struct Ward;
  Task<> keep_running(Ward& ward);
  Task<> live(Ward& ward);  // and what is to be done when it is over
  Task<> read_lines(Ward& ward);
  Task<> await_ready(Ward& ward);
  Task<int> await_end(Ward& ward);
  Task<> rest(std::chrono::milliseconds wait);
  Task<> end_in_order();
  void note_ready(Ward& ward);
  void signal_all(int signal, bool edges);
  bool any_running(bool edges_only) const;
  void write_process_file(const Ward& ward) const;
  void said(Ward& ward, std::string_view line);

  asio::io_context& io_;
  std::filesystem::path config_;
  std::filesystem::path folder_;
  Watcher watcher_;
  LogForm form_;
  std::vector<std::unique_ptr<Ward>> wards_;
  Timer wake_;  // cancelled to end waits early
  bool is_ending_ = false;
  bool was_all_ready_ = false;
  std::size_t lives_ = 0;
  int exit_status_ = 0;
};

}  // namespace scop::command
