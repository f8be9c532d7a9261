#include "scop/acme_client.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "core/ascii.hpp"
#include "core/base64.hpp"
#include "files/descriptor.hpp"
#include "mesh_ca/file.hpp"
#include "scop/acme_files.hpp"
#include "scop/program_run.hpp"

namespace scop::command::acme {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t most_chain = 256U << 10U;
// It waits for the ACME server's validation of each name by itself, longer and longer.
constexpr std::chrono::minutes account_time{5};
constexpr std::chrono::minutes certificate_time{45};
constexpr const char* registered = "registered";

// An account is known to one ACME server: another directory gets another one.
fs::path account_folder(const World& world) {
  std::string name;
  for (const char c : world.acme.directory) name += ascii::is_alnum(c) ? c : '-';
  return world.folder / ("account-" + name.substr(0, 200));
}

std::vector<std::string> environment(const World& world) {
  std::vector<std::string> all{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=" + world.folder.string(),
                               "LC_ALL=C", "SCOP_CONFIG=" + world.config.string()};
  // What tests shift the clock with, and sanitizers are told by.
  for (const auto* name : {"SCOP_CLOCK", "ASAN_OPTIONS", "UBSAN_OPTIONS"}) {
    if (const char* value = std::getenv(name); value != nullptr)
      all.push_back(fmt::format("{}={}", name, value));
  }
  return all;
}

Outcome<ClientResult> run(const World& world, std::vector<std::string> words, std::chrono::seconds at_most) {
  words.insert(words.begin(), {world.acme.client.string(), "-a", world.acme.directory, "-c",
                               account_folder(world).string()});
  auto end = run_program(words, environment(world), at_most);
  if (!end) {
    if (end.error().kind == ErrorKind::not_found)
      end.error().what += ": install uacme, or name it in [acme] client";
    return std::unexpected(end.error());
  }
  if (end->timed_out) end->output += fmt::format("\nit took longer than {} s and was ended", at_most.count());
  return ClientResult{.good = end->good(), .output = std::move(end->output)};
}

Outcome<ClientResult> make_account(const World& world) {
  const auto folder = account_folder(world);
  if (::access((folder / registered).c_str(), F_OK) == 0) return ClientResult{.good = true, .output = {}};
  std::vector<std::string> words{"-y", "-t", "EC", "new"};
  if (!world.acme.contact.empty()) words.push_back(world.acme.contact);
  auto made = run(world, std::move(words), account_time);
  if (!made) return made;
  // We may have died just behind the server's answer.
  if (made->output.contains("Account already exists")) made->good = true;
  if (!made->good) return made;
  if (auto written = mesh_ca::replace_file(folder / registered, "", 0600); !written)
    return std::unexpected(written.error());
  return made;
}

}  // namespace

Outcome<Issued> issue(const World& world, const Pair& pair, const std::string& request) {
  auto account = make_account(world);
  if (!account) return std::unexpected(account.error());
  if (!account->good) return Issued{.result = std::move(*account), .chain = {}};
  const auto request_file = pair.folder / "request.pem";
  const auto chain_file = pair.folder / "request-cert.pem";  // where uacme puts it
  if (auto written = mesh_ca::replace_file(request_file, request, 0600); !written)
    return std::unexpected(written.error());
  // An older one would be kept under another name, one after the other.
  if (::unlink(chain_file.c_str()) != 0 && errno != ENOENT)
    return std::unexpected(files::error_of(errno, "removing", chain_file));
  auto result =
      run(world, {"-f", "-o", "-h", (world.folder / hook_name).string(), "issue", request_file.string()},
          certificate_time);
  if (!result) return std::unexpected(result.error());
  if (result->output.contains("no account associated")) {
    std::error_code ignored;
    fs::remove(account_folder(world) / registered, ignored);  // the next try makes it anew
  }
  Issued issued{.result = std::move(*result), .chain = {}};
  if (!issued.result.good) return issued;
  auto chain = files::read_whole(chain_file, most_chain);
  if (!chain) return std::unexpected(chain.error());
  issued.chain = std::move(*chain);
  return issued;
}

std::string in_one_line(const std::string& output) {
  constexpr std::size_t most = 800;
  std::string line;
  for (const auto part : ascii::split(output, '\n')) {
    const auto text = ascii::trim(part);
    if (!text.empty()) line.append(line.empty() ? "" : " ").append(text);
  }
  // What went wrong first explains most, and the end is uacme's summary.
  return line.size() <= most ? line : line.substr(0, most / 2) + " … " + line.substr(line.size() - most / 2);
}

}  // namespace scop::command::acme
