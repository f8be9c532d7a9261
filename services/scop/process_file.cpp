#include "scop/process_file.hpp"

#include <csignal>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>

#include "core/ascii.hpp"
#include "core/clock.hpp"
#include "files/descriptor.hpp"

namespace scop::command {

namespace fs = std::filesystem;

namespace {

constexpr std::chrono::seconds patience{10};

// By its program's name and the configuration it was started with.
bool is_of(const fs::path& instance, std::string_view daemon, std::uint64_t process) {
  const auto folder = fs::path("/proc") / std::to_string(process);
  std::error_code error;
  const auto program = fs::read_symlink(folder / "exe", error);
  if (error || !program.filename().string().starts_with(std::string("scop-").append(daemon))) return false;
  std::ifstream in(folder / "cmdline", std::ios::binary);
  const std::string words{std::istreambuf_iterator<char>(in), {}};
  return words.contains(fs::absolute(instance / "scop.toml").string() + '\0');
}

}  // namespace

pid_t process_of(const fs::path& instance, std::string_view daemon) {
  const auto content = files::read_whole(instance / "run" / (std::string(daemon) + ".pid"), 32);
  const auto process = content ? ascii::parse_unsigned(ascii::trim(*content)) : std::nullopt;
  if (!process || *process == 0 || *process > 4'194'304 || !is_of(instance, daemon, *process)) return 0;
  return static_cast<pid_t>(*process);
}

bool wake(const fs::path& instance, std::string_view daemon) {
  const auto process = process_of(instance, daemon);
  return process != 0 && ::kill(process, SIGHUP) == 0;
}

void end_leftover(const fs::path& instance, std::string_view daemon) {
  if (const auto process = process_of(instance, daemon); process != 0) ::kill(process, SIGTERM);
  const auto deadline = in(patience);
  for (auto process = process_of(instance, daemon); process != 0; process = process_of(instance, daemon)) {
    if (std::chrono::steady_clock::now() > deadline) ::kill(process, SIGKILL);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

}  // namespace scop::command
