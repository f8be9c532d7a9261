// scop acme run, watch, hook: the certificates of the public ports from an ACME server (RFC 8555), and what
// has to happen in the DNS before a new key is served.
#include <fmt/format.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <random>
#include <thread>

#include "daemon/privileges.hpp"
#include "scop/acme_hook.hpp"
#include "scop/acme_lock.hpp"
#include "scop/acme_pass.hpp"
#include "scop/acme_status.hpp"
#include "scop/acme_user.hpp"
#include "scop/command.hpp"
#include "scop/json.hpp"

namespace scop::command {

namespace {

using namespace acme;

constexpr std::chrono::minutes lock_patience{1};
constexpr std::chrono::seconds longest_sleep{20};

struct Options {
  bool order_now = false;
  bool new_key = false;
  bool wait = false;
  unsigned patience = 60;  // seconds
  std::string pair;
  HookCall hook;
};

Log make_log(const World& world) { return {"acme", world.mesh.log_form, world.mesh.log_level}; }

// The configuration and our own user; nothing where it does not go further, with the exit status said.
std::optional<World> begin(const Context& context, int& status) {
  status = wrong_usage;
  const auto instance = Instance::open(context);
  if (!instance) return std::nullopt;
  auto world = read_world(context, *instance);
  if (!world) {
    context.terminal.problem(world.error().what);
    return std::nullopt;
  }
  daemon::begin_modestly();
  if (const auto entered = enter(*world, make_log(*world)); !entered) {
    context.terminal.problem(entered.error().what);
    status = declined;
    return std::nullopt;
  }
  return std::move(*world);
}

int run(const Context& context, const Options& options) {
  int status = good;
  const auto world = begin(context, status);
  if (!world) return status;
  const auto held = take_lock(*world, lock_patience);
  if (!held) {
    context.terminal.problem(held.error().what);
    return declined;
  }
  const auto log = make_log(*world);
  std::vector<Told> told;
  for (const auto& pair : world->pairs) {
    if (!options.pair.empty() && options.pair != pair.name) continue;
    const PassOptions pass{.may_order = world->acme.enabled || options.order_now || options.new_key,
                           .order_now = options.order_now,
                           .new_key = options.new_key,
                           .heed_trouble = !options.order_now && !options.new_key,
                           .to_the_end = options.wait,
                           .proof_patience = std::chrono::seconds(options.patience)};
    told.push_back({pair.name, Pass(*world, pair, log, pass).run()});
  }
  if (told.empty()) {
    context.terminal.problem(fmt::format("there is no certificate called {}", shown(options.pair)));
    return wrong_usage;
  }
  return tell(context, told);
}

// `scop up` waits for this octet, as of a daemon.
void tell_ready() {
  const char* text = std::getenv("SCOP_READY_FD");
  if (text == nullptr) return;
  const auto number = static_cast<int>(std::strtol(text, nullptr, 10));
  if (number < 3) return;
  [[maybe_unused]] const auto written = ::write(number, "R", 1);
  ::close(number);
}

// When to look again: at the earliest of all, or a little later, so that not everybody asks at the same
// moment.
Time next_look(const std::vector<Standing>& standings) {
  auto at = Time::max();
  bool is_calm = true;
  for (const auto& standing : standings) {
    at = std::min(at, standing.look_again);
    is_calm = is_calm && standing.settled && standing.good;
  }
  if (!is_calm) return at;
  std::random_device random;
  return at + std::chrono::seconds(std::uniform_int_distribution<int>(0, 600)(random));
}

bool has_work_from_outside(const World& world) {
  return std::ranges::any_of(world.pairs, [&](const auto& pair) {
    const Files files(world, pair);
    const auto staged = files.staged();
    const auto state = files.load_state();
    return staged && state && staged->certificate_digest != state->certificate;
  });
}

// Short sleeps: a certificate that an administrator installs meanwhile is taken up, and so is a clock that
// jumps.
void sleep_until(const World& world, Time until) {
  for (auto left = until - now(); left.count() > 0; left = until - now()) {
    std::this_thread::sleep_for(std::min<std::chrono::milliseconds>(left, longest_sleep));
    if (has_work_from_outside(world)) return;
  }
}

int watch(const Context& context) {
  const auto parent = ::getppid();
  int status = good;
  const auto world = begin(context, status);
  if (!world) return status;
  const auto log = make_log(*world);
  // Whoever changes its user is forgotten by its parent's end, but for this.
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent) return declined;
  std::signal(SIGHUP, SIG_IGN);  // to `scop up` it means: read certificates again, which are ours to write
  log.info("ready",
           {{"directory", world->acme.directory}, {"pairs", world->pairs.size()}, {"user", ::geteuid()}});
  tell_ready();
  for (;;) {
    std::vector<Standing> standings;
    if (const auto held = take_lock(*world, lock_patience)) {
      for (const auto& pair : world->pairs)
        standings.push_back(Pass(*world, pair, log, {.may_order = world->acme.enabled}).run());
    } else {
      standings.push_back({.good = false, .look_again = now() + longest_sleep, .text = {}});
    }
    sleep_until(*world, next_look(standings));
  }
}

}  // namespace

void declare_acme(CLI::App& app, Context& context) {
  const auto options = std::make_shared<Options>();
  auto* group = app.add_subcommand(
      "acme", "certificates of the public ports from an ACME server, and their TLSA records");
  group->require_subcommand(1);
  auto* once = group->add_subcommand("run", "do what is due now: order, go on with a roll; for a timer");
  once->add_flag("--now", options->order_now, "order a certificate, due or not");
  once->add_flag("--new-key", options->new_key, "order one for a new key; TLSA records go before it");
  once->add_flag("--wait", options->wait, "stay until a new key is served everywhere");
  once->add_option("--patience", options->patience, "for daemons to serve what has been placed")
      ->type_name("SECONDS")
      ->check(CLI::Range(1U, 3'600U))
      ->capture_default_str();
  once->add_option("--certificate", options->pair, "this one alone: mail, web")->type_name("NAME");
  once->callback(
      [&context, options] { context.chosen = [&context, options] { return run(context, *options); }; });
  group->add_subcommand("watch", "the same for ever; `scop up` does it where [acme] enabled = true")
      ->callback([&context] { context.chosen = [&context] { return watch(context); }; });
  group->add_subcommand("status", "each certificate: until when, which key, what is under way")
      ->callback([&context] { context.chosen = [&context] { return acme::status(context); }; });
  auto* hook = group->add_subcommand("hook", "what uacme calls for a challenge");
  auto& call = options->hook;
  hook->add_option("METHOD", call.method)->required()->check(CLI::IsMember({"begin", "done", "failed"}));
  hook->add_option("TYPE", call.type)->required();
  hook->add_option("IDENT", call.name)->required();
  hook->add_option("TOKEN", call.token)->required();
  hook->add_option("AUTH", call.digest)->required();
  hook->callback([&context, options] {
    context.chosen = [&context, options] { return acme::hook(context, options->hook); };
  });
}

}  // namespace scop::command
