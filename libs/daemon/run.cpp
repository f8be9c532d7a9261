#include <fmt/format.h>
#include <malloc.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <exception>

#include "core/clock.hpp"
#include "core/ensure.hpp"
#include "daemon/command_line.hpp"
#include "daemon/container_profile.hpp"
#include "daemon/first_process.hpp"
#include "daemon/health.hpp"
#include "daemon/life.hpp"
#include "daemon/privileges.hpp"
#include "daemon/readiness.hpp"
#include "daemon/service.hpp"
#include "daemon/wiping.hpp"

namespace scop::daemon {

namespace {

using Make = std::function<std::unique_ptr<Service>()>;

int number_of(ExitStatus status) { return static_cast<int>(status); }

int complain(const topology::Daemon& daemon, ExitStatus status, std::string_view what) {
  fmt::print(stderr, "scop-{}: {}\n", daemon.name, what);
  return number_of(status);
}

int ask_own_health(const topology::Daemon& daemon, const settings::Mesh& mesh) {
  Certificates certificates(mesh, daemon.name);
  auto identity = certificates.load();
  if (!identity) return complain(daemon, ExitStatus::could_not_run, identity.error().what);
  return ask_health(mesh, daemon.name, std::move(*identity));
}

int live(const topology::Daemon& daemon, const config::Document& document, settings::Mesh mesh,
         std::unique_ptr<Service> service) {
  Life life(daemon, document, std::move(mesh), std::move(service));
  auto status = life.boot();
  if (status == ExitStatus::good) status = life.loop();
  // What has to be on disk is there, as after kill -9. Destroying a half-finished world in the right order
  // would only be a chance to fail.
  ::_exit(number_of(status));
}

int run_daemon(const topology::Daemon& daemon, const CommandLine& line, const Make& make) {
  const auto document = config::Document::load(line.config);
  if (!document) return complain(daemon, ExitStatus::wrong_configuration, document.error().what);
  auto mesh = settings::read_mesh(*document);
  if (line.ask == CommandLine::Ask::health) {
    if (document->problems().empty()) return ask_own_health(daemon, mesh);
    print_problems(document->problems());
    return number_of(ExitStatus::wrong_configuration);
  }
  auto service = make();
  service->configure(*document);
  const auto problems = document->problems_and_unknown_keys({"mesh", "pipes", std::string(daemon.name)});
  if (!problems.empty()) {
    print_problems(problems);
    return number_of(ExitStatus::wrong_configuration);
  }
  if (line.ask == CommandLine::Ask::check) {
    fmt::print("{}: no problems for scop-{}\n", line.config.string(), daemon.name);
    return number_of(ExitStatus::good);
  }
  if (line.ask == CommandLine::Ask::seccomp_profile) {
    fmt::print("{}", container_profile(service->walls()));
    return number_of(ExitStatus::good);
  }
  return live(daemon, *document, std::move(mesh), std::move(service));
}

// Messages of 10 to 1,000 KB come and go all the time: giving their memory back to the system after each and
// asking for it again cost 5 to 8 % of the CPU time of the inbound path (tests/bench/inbound).
void keep_memory() {
#ifndef SCOP_SANITIZED
  ::mallopt(M_TRIM_THRESHOLD, 64 << 20);
  ::mallopt(M_MMAP_THRESHOLD, 32 << 20);
  ::mallopt(M_TOP_PAD, 1 << 20);
#endif
}

// OpenSSL reads its configuration now: a judge, which has no files, is forked before the first key is read.
void begin_openssl() {
  ::OPENSSL_init_crypto(OPENSSL_INIT_LOAD_CONFIG, nullptr);
  ::EVP_MD_free(::EVP_MD_fetch(nullptr, "SHA256", nullptr));
}

// Private keys lie in OpenSSL's secure heap: locked, left out of dumps, between guard pages, wiped when they
// go. Its pages are taken when they are used.
void lock_keys() {
  constexpr std::size_t room = 4U << 20U;
  constexpr std::size_t smallest = 32;
  ::CRYPTO_secure_malloc_init(room, smallest);
}

}  // namespace

int run(int argc, char** argv, std::string_view name, const Make& make) {
  begin_modestly();
  close_inherited(ready_descriptor());
  static_cast<void>(now());  // test builds open their clock's file at the first reading
  wipe_memory_of_openssl();
  if (keeps_secrets(name)) wipe_all_memory();
  lock_keys();
  begin_openssl();
  keep_memory();
  const auto* daemon = topology::find(name);
  ENSURE(daemon != nullptr && daemon->is_daemon);
  const auto read = read_command_line(argc, argv, name, daemon->job);
  if (read.exit_status) return *read.exit_status;
  if (is_first_process()) {
    if (const auto up = come_up(); !up) return complain(*daemon, ExitStatus::could_not_run, up.error().what);
  }
  try {
    return run_daemon(*daemon, read.line, make);
  } catch (const std::exception& error) {
    return complain(*daemon, ExitStatus::could_not_run, error.what());
  }
}

}  // namespace scop::daemon
