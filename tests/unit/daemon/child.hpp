// A child process that puts up walls and then tries something; what became of it.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "daemon/jail.hpp"

namespace scop::daemon {

struct Fate {
  int exit_status = -1;  // the body's own result
  int signal = 0;        // or what ended it
  std::string errors;    // its standard output and standard error
};

// Folders of a pretended daemon, and the jail around them.
class Cell {
 public:
  Cell();
  ~Cell();
  Cell(const Cell&) = delete;
  Cell& operator=(const Cell&) = delete;

  const std::filesystem::path& root() const { return root_; }
  Jail jail;

  // In a child: walls, then `body`; its result is the exit status. `abi` -1: the kernel's own.
  Fate inside(const std::function<int()>& body, int abi = -1) const;

 private:
  std::filesystem::path root_;
};

// `body` in a child without walls.
Fate in_child(const std::function<int()>& body);

// errno as an exit status, 0 for success.
int result_of(long returned);

constexpr int walls_failed = 99;

void write_file(const std::filesystem::path& file, std::string_view text);
std::string read_file(const std::filesystem::path& file);

}  // namespace scop::daemon
